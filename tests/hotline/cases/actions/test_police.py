from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.takedown.making import OFFICER, a_clock, a_sighting, acts
from tutela.hotline.cases.actions import close_item, record_police_released, record_police_told
from tutela.hotline.cases.models import Item
from tutela.hotline.people.configuration import rehearse
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def an_item(home: Path, monkeypatch: pytest.MonkeyPatch, mandate: str = "police-first") -> Item:
    rehearse(home, mandate=mandate, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(home))
    return a_sighting(a_clock()).item


def test_the_first_time_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, item = a_clock(), an_item(tmp_path, monkeypatch)
    told = clock.now()
    assert record_police_told(item, told=told, actor=OFFICER, clock=clock)
    clock.advance(3_600)
    assert not record_police_told(item, told=clock.now(), actor=OFFICER, clock=clock)
    kept = Item.objects.get()
    assert kept.police_told_at == told and kept.held_until == told + timedelta(hours=72)


def test_what_was_told_long_ago_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, item = a_clock(), an_item(tmp_path, monkeypatch)
    assert not record_police_told(item, told=clock.now() - timedelta(hours=73), actor=OFFICER, clock=clock)
    assert Item.objects.get().state == "acted"


def test_a_closed_item_stays_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, item = a_clock(), an_item(tmp_path, monkeypatch)
    close_item(item, actor=OFFICER, reason="handed_over", clock=clock)
    assert not record_police_told(item, told=clock.now(), actor=OFFICER, clock=clock)
    assert Item.objects.get().state == "closed" and Item.objects.get().police_told_at == clock.now()


def test_the_police_end_their_own_hold_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, item = a_clock(), an_item(tmp_path, monkeypatch)
    record_police_told(item, told=clock.now(), actor=OFFICER, clock=clock)
    assert record_police_released(item, actor=OFFICER, clock=clock)
    kept = Item.objects.get()
    assert kept.state == "acted" and kept.police_released_at == clock.now()
    assert not record_police_released(item, actor=OFFICER, clock=clock)
    assert acts(item.public_id)[-2:] == ["item_moved", "item_moved"]
    Item.objects.update(state="held", state_reason="legal_hold", held_from="acted")
    assert not record_police_released(item, actor=OFFICER, clock=clock)
    assert Item.objects.get().state == "held"


def test_without_a_mandate_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item = an_item(tmp_path / "a", monkeypatch)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path / "b"))
    with pytest.raises(Refused):
        record_police_told(item, told=a_clock().now(), actor=OFFICER, clock=a_clock())
    assert Item.objects.get().police_told_at is None
