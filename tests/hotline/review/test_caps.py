"""Caps: nobody is shown more than they allow, in any order of displays; the reason and the time are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.review.caps import Display, room
from tutela.hotline.review.settings import ReviewRules

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
RULES = ReviewRules(hour_displays=10, day_hours=1.0, stretch_minutes=30, break_minutes=15)


def display(minutes_ago: float, seconds: float = 60) -> Display:
    begun = NOW - timedelta(minutes=minutes_ago)
    return Display(begun=begun, ended=begun + timedelta(seconds=seconds))


def test_who_was_shown_nothing_has_all_of_it() -> None:
    assert room([], RULES, now=NOW).displays == 10


def test_displays_of_the_hour_are_counted_and_then_come_free_again() -> None:
    shown = [display(50 - n, 10) for n in range(10)]
    full = room(shown, RULES, now=NOW)
    assert (full.displays, full.from_when) == (0, NOW + timedelta(minutes=10))
    assert "items an hour" in full.reason
    assert room(shown, RULES, now=NOW + timedelta(minutes=11)).displays == 2


def test_tiles_beside_each_other_count_their_time_once() -> None:
    shown = [display(20, 600) for _ in range(9)]
    assert room(shown, RULES, now=NOW).displays == 1
    within = [display(40, 2_400), display(39, 10), display(2, 10)]
    assert "break of 15" in room(within, RULES, now=NOW).reason


def test_after_a_stretch_comes_a_break() -> None:
    shown = [display(40, 900), display(22, 900)]
    due = room(shown, RULES, now=NOW)
    assert due.displays == 0
    assert "break of 15" in due.reason
    assert due.from_when is not None
    assert room(shown, RULES, now=due.from_when).displays > 0
    assert room([display(70, 900), display(22, 900)], RULES, now=NOW).displays > 0


def test_the_day_has_its_end() -> None:
    shown = [display(60 * hours, 1_200) for hours in (4, 8, 12)]
    full = room(shown, RULES, now=NOW)
    assert (full.displays, "hours in a day" in full.reason) == (0, True)
    assert full.from_when == NOW + timedelta(hours=12, minutes=20)
    assert room(shown, RULES, now=full.from_when).displays == 10


@given(st.lists(st.tuples(st.floats(-120, 1_500), st.floats(0, 900)), max_size=60))
def test_whatever_was_shown_no_more_than_the_hour_allows_is_left(shown: list[tuple[float, float]]) -> None:
    displays = [display(*one) for one in shown]
    found = room(displays, RULES, now=NOW)
    lately = sum(one.begun > NOW - timedelta(hours=1) for one in displays)
    assert 0 <= found.displays <= max(0, RULES.hour_displays - lately)
    assert bool(found.displays) != bool(found.reason)
