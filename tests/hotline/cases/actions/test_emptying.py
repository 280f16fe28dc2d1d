"""Sealed addresses go after the hand-over where the mandate says so, once nothing needs them any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.cases.making import CLOCK, an_item, moved
from tests.hotline.takedown.making import a_notice
from tutela.hotline.cases.actions import close_item, emptying, hold_item
from tutela.hotline.cases.actions.emptying import empty_addresses, planned_addresses
from tutela.hotline.cases.models import Item, Membership, Series, Sighting
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import HandOver, Mandate
from tutela.hotline.takedown.models import Notice
from tutela.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db
DAY = 86_400.0
SEALED = ("url_sealed", "host_sealed", "url_for_fetch", "referrer_sealed", "referrer_for_fetch",
          "response_sealed")  # fmt: skip


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(CLOCK.now())


@pytest.fixture(autouse=True)
def mandate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> Mandate:
    """A mandate that lets addresses go thirty days after the hand-over."""
    rehearse(tmp_path, clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    handed = HandOver(delete=frozenset({"addresses"}), within=timedelta(days=30))
    made = replace(mandate_in_force(clock=clock), after_hand_over=handed)
    monkeypatch.setattr(emptying, "mandate_in_force", lambda clock: made)
    return made


def told(clock: FixedClock, *, closed: bool = True) -> Item:
    """An item that the police were told of at this moment, and which is over."""
    item = moved(an_item("https://host.test/a"), "fetched")
    Sighting.objects.filter(item=item).update(referrer_sealed=b"r", response_sealed=b"x")
    Item.objects.filter(pk=item.pk).update(police_told_at=clock.now())
    item.refresh_from_db()
    return close_item(item, actor=PUBLIC, reason="handed_over", clock=clock) if closed else item


def kept(item: Item) -> list[str]:
    row = item.sightings.get()
    return [name for name in (*SEALED, "url_epoch", "fetch_epoch") if getattr(row, name)]


def test_addresses_go_with_an_entry_when_their_time_is_over_and_not_before(clock: FixedClock) -> None:
    item = told(clock)
    before = item.sightings.get()
    clock.advance(29.9 * DAY)
    assert empty_addresses(clock=clock) == 0 and kept(item)
    clock.advance(0.2 * DAY)
    assert empty_addresses(clock=clock) == 1 and kept(item) == []
    assert item.sightings.get().url_digest == before.url_digest
    (entry,) = [one for one in entries_about(item.public_id, 9) if one.act == "addresses_emptied"]
    assert entry.facts == {"sightings": 1, "rule": "after_hand_over"}
    assert empty_addresses(clock=clock) == 0


def test_an_item_that_goes_on_keeps_them_until_it_is_over(clock: FixedClock, mandate: Mandate) -> None:
    item = told(clock, closed=False)
    clock.advance(31 * DAY)
    (planned,) = planned_addresses(mandate, until=clock.now())
    assert (planned.of, planned.is_needed) == (item.public_id, True)
    assert empty_addresses(clock=clock) == 0 and kept(item)
    close_item(item, actor=PUBLIC, reason="handed_over", clock=clock)
    assert empty_addresses(clock=clock) == 1 and not kept(item)


def test_what_is_on_its_way_about_it_keeps_them(clock: FixedClock) -> None:
    notice = a_notice(clock)
    item = notice.sighting.item
    Item.objects.filter(pk=item.pk).update(police_told_at=clock.now(), state="closed")
    clock.advance(31 * DAY)
    assert empty_addresses(clock=clock) == 0
    Notice.objects.update(state="sent")
    assert empty_addresses(clock=clock) == 1


def test_a_legal_hold_on_the_page_wins(clock: FixedClock, mandate: Mandate) -> None:
    item, page = told(clock), told(clock, closed=False)
    series = Series.objects.create(kind="page", page=page, made_at=clock.now())
    Membership.objects.create(item=item, series=series)
    hold_item(page, actor=PUBLIC, reason="legal_hold", until=None, clock=clock)
    clock.advance(31 * DAY)
    assert empty_addresses(clock=clock) == 0
    assert {one.is_held for one in planned_addresses(mandate, until=clock.now())} == {True}


def test_what_the_police_do_not_know_and_what_the_mandate_does_not_name_stays(
    clock: FixedClock, mandate: Mandate, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = told(clock)
    Item.objects.update(police_told_at=None)
    clock.advance(400 * DAY)
    assert empty_addresses(clock=clock) == 0
    Item.objects.update(police_told_at=CLOCK.now())
    without = replace(mandate, after_hand_over=HandOver(delete=frozenset({"reporter"}), within=timedelta(0)))
    monkeypatch.setattr(emptying, "mandate_in_force", lambda clock: without)
    assert empty_addresses(clock=clock) == 0 and kept(item)
