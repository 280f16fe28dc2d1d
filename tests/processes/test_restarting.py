"""Starting again: soon, later each time, soon again after a long life."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutela.processes.restarting import (
    PAUSE_SECONDS_MAX,
    PAUSE_SECONDS_MIN,
    WELL_SECONDS,
    Pause,
    is_hopeless,
    pause_after,
)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_pause_stays_in_its_bounds(last: float, ran: float) -> None:
    assert PAUSE_SECONDS_MIN <= pause_after(Pause(seconds=last), ran_seconds=ran).seconds <= PAUSE_SECONDS_MAX


def test_pauses_grow_until_a_process_was_well() -> None:
    pause, seen = Pause(), []
    for _ in range(9):
        pause = pause_after(pause, ran_seconds=1.0)
        seen.append(pause.seconds)
    assert seen == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert pause_after(pause, ran_seconds=WELL_SECONDS).seconds == PAUSE_SECONDS_MIN


def test_only_a_wrong_call_is_hopeless() -> None:
    assert [code for code in (-9, 0, 1, 2, 3, 70) if is_hopeless(code)] == [2]
