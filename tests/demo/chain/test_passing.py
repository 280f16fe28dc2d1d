"""Time jumps from one thing that is due to the next, and stands still while something is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tutela.demo.chain.passing import pass_time
from tutela.kernel.clock import FixedClock

START = datetime(2026, 3, 7, 22, 0, tzinfo=UTC)


class Bell:
    """Rings at some moments, each once, and notes when it did."""

    def __init__(self, clock: FixedClock, *after_hours: float) -> None:
        self._clock = clock
        self.due = [clock.now() + timedelta(hours=hours) for hours in after_hours]
        self.rang: list[datetime] = []

    def act(self) -> bool:
        if not self.due or self.due[0] > self._clock.now():
            return False
        self.rang.append(self._clock.now())
        self.due.pop(0)
        return True

    def next_moment(self) -> datetime | None:
        return self.due[0] if self.due else None


def test_everything_is_done_at_its_time_and_each_day_is_told() -> None:
    clock = FixedClock(START)
    bells, days = [Bell(clock, 0, 1, 30), Bell(clock, 1)], []
    pass_time(bells, clock, START + timedelta(hours=48), on_day=lambda: days.append(clock.now()))
    assert [(one - START).total_seconds() / 3600 for one in bells[0].rang] == [0, 1, 30]
    assert bells[1].rang == [bells[0].rang[1]]
    assert clock.now() == START + timedelta(hours=48)
    assert len(days) == 2


def test_what_is_due_and_not_done_holds_nothing_up() -> None:
    clock = FixedClock(START)

    class Never:
        def act(self) -> bool:
            return False

        def next_moment(self) -> datetime | None:
            return START

    pass_time([Never()], clock, START + timedelta(seconds=1), on_day=lambda: None)
    assert clock.now() == START + timedelta(seconds=1)


def test_who_never_comes_to_rest_is_a_fault() -> None:
    class Restless:
        def act(self) -> bool:
            return True

        def next_moment(self) -> datetime | None:
            return None

    clock = FixedClock(START)
    with pytest.raises(RuntimeError):
        pass_time([Restless()], clock, START + timedelta(days=1), on_day=lambda: None)
