from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.takedown.intervals import LONGEST, LONGEST_URGENT, SOON, next_wait, watch_wait
from tutela.hotline.takedown.removal import RESULTS, Look, Result
from tutela.kernel.ids import new_id

BEGUN = datetime(2026, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rounds(number: int, result: Result) -> list[Look]:
    """A number of rounds, from two vantage points each."""
    return [
        Look(vantage=vantage, at=BEGUN + one * HOUR, result=result)
        for one in range(number)
        for vantage in ("here", "there")
    ]


def hours(looks: list[Look], *, urgent: bool = False, sighting: str = "sgt_1") -> float:
    return next_wait(looks, urgent=urgent, sighting=sighting) / HOUR


def test_waits_grow_while_it_is_there_and_never_beyond_a_day() -> None:
    waits = [hours(rounds(number, "present")) for number in range(9)]
    assert waits == sorted(waits)
    assert 35 / 60 <= waits[0] < 0.6 and 24 <= waits[-1] <= 26.4
    assert 6 <= hours(rounds(9, "present"), urgent=True) <= 6.6


def test_what_is_not_seen_is_looked_for_soon_and_later_less_often() -> None:
    waits = [hours([*rounds(9, "present"), *_later(rounds(number, "gone"))]) for number in (1, 4, 5, 20)]
    assert waits[0] == waits[1] < 0.6 < waits[2] < waits[3] <= 26.4


def _later(looks: list[Look]) -> list[Look]:
    return [Look(vantage=one.vantage, at=one.at + 100 * HOUR, result=one.result) for one in looks]


@pytest.mark.parametrize(
    ("days", "wait"), [(0, 1), (1, 2), (3, 4), (7, 7), (14, 30), (44, 30), (300, 14), (360, 5)]
)
def test_after_a_removal_looks_become_rare(days: int, wait: int) -> None:
    found = watch_wait(BEGUN, BEGUN + timedelta(days=days), rounds(2, "gone"), sighting="sgt_1")
    assert found is not None and wait <= found / timedelta(days=1) <= wait * 1.1


def test_the_watch_ends_after_a_year() -> None:
    assert watch_wait(BEGUN, BEGUN + timedelta(days=365), rounds(2, "gone"), sighting="sgt_1") is None


def test_a_look_that_did_not_find_it_gone_again_is_repeated_the_next_day() -> None:
    at = BEGUN + timedelta(days=50)
    once = watch_wait(BEGUN, at, [*rounds(2, "gone"), *rounds(1, "unknown")[:1]], sighting="sgt_1")
    often = watch_wait(BEGUN, at, [*rounds(2, "gone"), *rounds(20, "parked")], sighting="sgt_1")
    assert once is not None and often is not None
    assert once < timedelta(days=1.2) < timedelta(days=20) < often


def test_places_that_were_told_of_at_once_are_not_looked_at_at_once() -> None:
    looks = rounds(9, "present")
    waits = [next_wait(looks, urgent=False, sighting=new_id("sgt_")).total_seconds() for _ in range(500)]
    assert max(waits) - min(waits) > 0.08 * LONGEST.total_seconds()
    assert next_wait(looks, urgent=False, sighting="sgt_1") == next_wait(
        looks, urgent=False, sighting="sgt_1"
    )


@given(st.lists(st.tuples(st.sampled_from(RESULTS), st.integers(0, 10_000)), max_size=50), st.booleans())
def test_a_wait_is_never_shorter_than_the_rule_needs_nor_longer_than_a_day(
    found: list[tuple[Result, int]], urgent: bool
) -> None:
    looks = [
        Look(vantage="here", at=BEGUN + timedelta(minutes=at), result=result)
        for result, at in sorted(found, key=lambda one: one[1])
    ]
    wait = next_wait(looks, urgent=urgent, sighting="sgt_1")
    assert SOON <= wait <= (LONGEST_URGENT if urgent else LONGEST) * 1.1
