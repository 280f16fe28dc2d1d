from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.partners.making import a_clock, a_partner, a_referral, acts
from tutela.hotline.cases.models import Item
from tutela.hotline.partners.access import token_digest
from tutela.hotline.partners.actions import record_delayed, record_failed, record_handed, record_sealed
from tutela.hotline.partners.actions.handing import LONGEST_PAUSE_SECONDS, counts_as_told
from tutela.hotline.partners.models import Referral
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.mandate.shapes import Mandate
from tutela.hotline.work.models import Job
from tutela.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


def test_the_first_document_stays_the_only_one() -> None:
    clock = a_clock()
    name = a_referral(clock).public_id
    assert record_sealed(name, b"one", token="a", clock=clock) == b"one"
    assert record_sealed(name, b"two", token="b", clock=clock) == b"one"
    kept = Referral.objects.get()
    assert bytes(kept.document_sealed) == b"one" and kept.answer_digest == token_digest("a")
    assert acts(name).count("referral_sealed") == 1


def test_nothing_is_handed_over_without_a_document() -> None:
    with pytest.raises(Conflict, match="document"):
        record_handed(a_referral(a_clock()).public_id, clock=a_clock())


def test_the_police_s_time_runs_from_the_hand_over_and_ends_by_itself() -> None:
    clock = a_clock()
    referral = a_referral(clock)
    record_sealed(referral.public_id, b"one", token="a", clock=clock)
    assert Item.objects.get().police_told_at is None
    clock.advance(3_600)
    handed = record_handed(referral.public_id, clock=clock)
    item = Item.objects.get()
    assert item.police_told_at == handed.handed_at == clock.now()
    assert (item.state, item.state_reason, item.held_from) == ("held", "police_first", "acted")
    assert item.held_until == clock.now() + timedelta(hours=72)
    assert Job.objects.filter(kind="release_item").count() == 1
    again = record_handed(referral.public_id, clock=clock)
    assert again.handed_at == handed.handed_at and acts(referral.public_id).count("referral_handed") == 1


def test_where_the_police_do_not_come_first_nothing_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    rehearse(tmp_path, clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    referral = a_referral(clock)
    record_sealed(referral.public_id, b"one", token="a", clock=clock)
    record_handed(referral.public_id, clock=clock)
    item = Item.objects.get()
    assert item.state == "acted" and item.police_told_at == clock.now()


def test_a_test_endpoint_is_nobody_who_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = a_clock()
    tested, real = a_partner(clock), a_partner(clock, test=False)
    assert counts_as_told(tested, clock=clock) and counts_as_told(real, clock=clock)
    monkeypatch.setattr(Mandate, "rehearsal", property(lambda _self: False))
    assert not counts_as_told(tested, clock=clock) and counts_as_told(real, clock=clock)
    assert not counts_as_told(a_partner(clock, kind="hotline", test=False), clock=clock)


def test_pauses_grow_up_to_an_hour() -> None:
    clock = a_clock()
    name = a_referral(clock).public_id
    pauses = [
        (record_delayed(name, "opener_away", clock=clock) - clock.now()).total_seconds() for _ in range(12)
    ]
    assert pauses[:3] == [15, 30, 60] and pauses == sorted(pauses) and pauses[-1] == LONGEST_PAUSE_SECONDS


def test_what_failed_waits_for_a_person() -> None:
    clock = a_clock()
    name = a_referral(clock).public_id
    assert record_failed(name, "keys", clock=clock).state == "failed"
    for act in (
        lambda: record_failed(name, "keys", clock=clock),
        lambda: record_handed(name, clock=clock),
        lambda: record_sealed(name, b"one", token="a", clock=clock),
    ):
        with pytest.raises(Conflict):
            act()
