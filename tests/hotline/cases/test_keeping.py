from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.cases.keeping import Kept, times_of
from tutela.hotline.people.mandate.shapes import HandOver, Keeping, Law, Mandate, PoliceFirst

START = datetime(2026, 5, 4, tzinfo=UTC)
DAY = timedelta(days=1)
LAW = Law(
    name="act", title="Act", article="1", jurisdiction="XX", basis="statute", supports=frozenset({"store"})
)
MANDATE = Mandate(
    name="sample", house="house.test", number=1, jurisdiction="XX", granted={"store": LAW},
    police_first=PoliceFirst(required=False, hold=timedelta()),
    after_hand_over=HandOver(delete=frozenset(), within=30 * DAY),
    keeping=Keeping(at_least=10 * DAY, at_most=365 * DAY),
)  # fmt: skip
HANDED = replace(MANDATE, after_hand_over=HandOver(delete=frozenset({"bytes"}), within=30 * DAY))
DAYS = st.integers(min_value=0, max_value=1_000)


def test_kept_bytes_go_when_their_longest_time_is_over() -> None:
    times = times_of(Kept(fetched_at=START), MANDATE)
    assert times is not None and times.rule == "at_most"
    assert not times.is_due(START + 365 * DAY - timedelta(seconds=1)) and times.is_due(START + 365 * DAY)


def test_after_the_hand_over_they_go_earlier_where_the_mandate_says_so() -> None:
    kept = Kept(fetched_at=START, police_told_at=START + 5 * DAY)
    assert times_of(kept, MANDATE).delete_by == START + 365 * DAY  # type: ignore[union-attr]  # storing is granted
    times = times_of(kept, HANDED)
    assert times is not None and (times.rule, times.delete_by) == ("after_hand_over", START + 35 * DAY)


def test_a_hold_wins_over_every_time() -> None:
    times = times_of(Kept(fetched_at=START, police_told_at=START, is_held=True), HANDED)
    assert times is not None and not times.is_due(START + 10_000 * DAY)


def test_a_house_that_may_not_store_destroys_nothing_by_itself() -> None:
    assert times_of(Kept(fetched_at=START), replace(MANDATE, granted={})) is None


@given(least=DAYS, most=DAYS, told=st.none() | DAYS, within=DAYS, held=st.booleans(), now=DAYS)
def test_nothing_goes_early_and_nothing_is_kept_too_long(
    least: int, most: int, told: int | None, within: int, held: bool, now: int
) -> None:
    """FI-12, ST-21: of every mandate that can be read; those that contradict themselves cannot."""
    least, within = min(least, most), max(within, min(least, most))
    mandate = replace(
        MANDATE,
        keeping=Keeping(at_least=least * DAY, at_most=most * DAY),
        after_hand_over=HandOver(delete=frozenset({"bytes"}), within=within * DAY),
    )
    at = None if told is None else START + told * DAY
    times = times_of(Kept(fetched_at=START, police_told_at=at, is_held=held), mandate)
    assert times is not None
    due = times.is_due(START + now * DAY)
    assert times.keep_until <= times.delete_by <= START + max(least, most) * DAY
    if held or now < least:
        assert not due
    elif now >= most or (told is not None and now >= told + within):
        assert due
