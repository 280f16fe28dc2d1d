"""Kept bytes go when their time is over, not while a court holds them, and never by a wrong clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import OperationalError

from tests.hotline.cases.making import CLOCK, an_item, moved, ring
from tutela.hotline.cases.actions import destroying, hold_item, release_item
from tutela.hotline.cases.actions.destroying import Destroyer, kept_bytes, planned
from tutela.hotline.cases.models import Item, Membership, Series, Sighting
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import HandOver
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.sealing import Sealer

pytestmark = pytest.mark.django_db
DAY = 86_400.0
#: How long the bytes have been kept when a test begins: a sample mandate ends before they do else.
AGE = timedelta(days=300)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(CLOCK.now())


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> None:
    """A house whose mandate keeps bytes for a year."""
    rehearse(tmp_path, clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


def kept(blobs: MemoryBlobStore) -> tuple[Item, str]:
    """An item whose bytes lie in the vault."""
    item = moved(an_item("https://host.test/a"), "fetched")
    blob = Sealer(blobs, ring()).put(BytesIO(b"picture")).blob
    Sighting.objects.filter(item=item).update(blob=blob, seen_at=CLOCK.now() - AGE)
    return item, blob


def entries() -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(act="evidence_destroyed").order_by("index"))


def round_after(destroyer: Destroyer, clock: FixedClock, days: float) -> int:
    clock.advance(days * DAY)
    return destroyer.round()


def test_bytes_go_with_an_entry_when_their_time_is_over_and_not_before(clock: FixedClock) -> None:
    blobs = MemoryBlobStore()
    item, blob = kept(blobs)
    destroyer = Destroyer(blobs, clock=clock)
    assert destroyer.round() == 0 and round_after(destroyer, clock, 64.9) == 0 and blob in blobs.bodies
    assert round_after(destroyer, clock, 0.2) == 1
    assert not blobs.bodies and not blobs.keys and kept_bytes() == 0
    (entry,) = entries()
    assert entry.subject == blob
    (told,) = [one for one in entries_about(blob, 9) if one.act == "evidence_destroyed"]
    assert told.facts == {"item": item.public_id, "rule": "at_most"}
    assert round_after(destroyer, clock, 1) == 0 and len(entries()) == 1


def test_a_legal_hold_wins_and_one_on_the_page_holds_what_stood_on_it(clock: FixedClock) -> None:
    blobs = MemoryBlobStore()
    item, blob = kept(blobs)
    page, _ = kept(blobs)
    series = Series.objects.create(kind="page", page=page, made_at=clock.now())
    Membership.objects.create(item=item, series=series)
    held = hold_item(page, actor=PUBLIC, reason="legal_hold", until=None, clock=clock)
    destroyer = Destroyer(blobs, clock=clock)
    destroyer.round()
    assert round_after(destroyer, clock, 64) == 0 and round_after(destroyer, clock, 0.9) == 0
    rehearsed = list(planned(mandate_in_force(clock=clock), until=clock.now() + timedelta(days=10)))
    assert {one.times.is_held for one in rehearsed} == {True} and len(rehearsed) == 2
    release_item(held, actor=PUBLIC, clock=clock)
    assert round_after(destroyer, clock, 0.2) == 2 and blob not in blobs.bodies


def test_another_hold_does_not_keep_bytes_longer(clock: FixedClock) -> None:
    blobs = MemoryBlobStore()
    item, _ = kept(blobs)
    until = clock.now() + timedelta(days=80)
    hold_item(item, actor=PUBLIC, reason="police_first", until=until, clock=clock)
    destroyer = Destroyer(blobs, clock=clock)
    destroyer.round()
    assert round_after(destroyer, clock, 65) == 1


def test_what_the_police_have_goes_earlier_where_the_mandate_says_so(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = MemoryBlobStore()
    item, blob = kept(blobs)
    _, untold = kept(blobs)
    Item.objects.filter(pk=item.pk).update(police_told_at=clock.now())
    handed = HandOver(delete=frozenset({"bytes"}), within=timedelta(days=30))
    mandate = replace(mandate_in_force(clock=clock), after_hand_over=handed)
    monkeypatch.setattr(destroying, "mandate_in_force", lambda clock: mandate)
    destroyer = Destroyer(blobs, clock=clock)
    destroyer.round()
    assert round_after(destroyer, clock, 29.9) == 0 and round_after(destroyer, clock, 0.2) == 1
    assert blob not in blobs.bodies and untold in blobs.bodies
    (told,) = [one for one in entries_about(blob, 9) if one.act == "evidence_destroyed"]
    assert told.facts["rule"] == "after_hand_over"


@pytest.mark.parametrize("days", [3_650.0, -3_650.0, 0.02])
def test_a_clock_that_jumps_destroys_nothing(clock: FixedClock, days: float) -> None:
    """FI-12: the wall clock alone is set, by ten years or by half an hour."""
    blobs = MemoryBlobStore()
    _, blob = kept(blobs)
    destroyer = Destroyer(blobs, clock=clock)
    destroyer.round()
    clock.advance(64.99 * DAY)
    destroyer.round()
    wall = clock.now() + timedelta(days=days)

    class Jumped(FixedClock):
        def monotonic_seconds(self) -> float:
            return clock.monotonic_seconds() + 60.0

    destroyer._clock = destroyer._steady._clock = Jumped(wall)
    assert destroyer.round() == 0 and blob in blobs.bodies


def test_who_died_amid_it_is_found_out_by_the_next_round(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = MemoryBlobStore()
    _, blob = kept(blobs)
    destroyer = Destroyer(blobs, clock=clock)
    destroyer.round()
    destroy = blobs.destroy

    def dies(name: str) -> None:
        destroy(name)
        raise OperationalError("away")

    monkeypatch.setattr(blobs, "destroy", dies)
    with pytest.raises(OperationalError):
        round_after(destroyer, clock, 66)
    assert not entries() and Sighting.objects.filter(blob=blob).exists() and blob not in blobs.keys
    monkeypatch.setattr(blobs, "destroy", destroy)
    assert round_after(destroyer, clock, 0.1) == 1 and [one.subject for one in entries()] == [blob]


def test_bytes_of_two_sightings_wait_for_the_later_one(clock: FixedClock) -> None:
    blobs = MemoryBlobStore()
    _, blob = kept(blobs)
    later = moved(an_item("https://host.test/b"), "fetched")
    Sighting.objects.filter(item=later).update(blob=blob, seen_at=CLOCK.now() - AGE + timedelta(days=9))
    destroyer = Destroyer(blobs, clock=clock)
    destroyer.round()
    assert round_after(destroyer, clock, 64) == 0 and round_after(destroyer, clock, 2) == 0
    assert round_after(destroyer, clock, 8.5) == 1 and len(entries()) == 1
