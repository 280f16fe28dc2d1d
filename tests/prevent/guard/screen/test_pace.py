from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.screen.pace import (
    AFTER_CHANGE_SECONDS,
    BURST_SECONDS,
    IDLE_SECONDS,
    SAVED_SECONDS_MAX,
    Pace,
)


def test_ten_looks_a_second_at_rest_and_thirty_for_a_second_after_a_change() -> None:
    pace, now = Pace(0.0), 0.0
    assert pace.looked(now, changed=False) == pytest.approx(now + IDLE_SECONDS)
    now = pace.looked(1.0, changed=True)
    looks = [1.0]
    while now < 3.0:
        looks.append(now)
        now = pace.looked(now, changed=False)
    in_burst = [one for one in looks if one < 1.0 + AFTER_CHANGE_SECONDS]
    assert 29 <= len(in_burst) <= 31
    assert len([one for one in looks if one >= 2.1]) in (9, 10)


def test_what_changes_for_ever_does_not_make_a_burst_for_ever() -> None:
    pace, now, looks = Pace(0.0), 0.0, 0
    hurried = []
    while now < 60:
        now = pace.looked(now, changed=True)
        hurried.append(pace.may_hurry)
        looks += 1
    at_rest = 60 / IDLE_SECONDS
    saved = SAVED_SECONDS_MAX + 60 * 0.1
    assert at_rest < looks < at_rest + saved * (1 / BURST_SECONDS - 1 / IDLE_SECONDS) * 1.3
    assert hurried[0] and not all(hurried)


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=60))
def test_the_next_look_is_never_further_than_at_rest(turns: list[tuple[float, bool]]) -> None:
    pace, now = Pace(0.0), 0.0
    for passed, changed in turns:
        now += passed
        wait = pace.looked(now, changed=changed) - now
        assert BURST_SECONDS * 0.999 <= wait <= IDLE_SECONDS * 1.001
