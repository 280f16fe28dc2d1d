from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tutela.hotline.cases.steady_clock import SteadyClock
from tutela.kernel.clock import FixedClock

START = datetime(2026, 5, 4, tzinfo=UTC)


class TwoClocks(FixedClock):
    """Wall and monotonic clock, each set by itself."""

    monotonic = 0.0

    def monotonic_seconds(self) -> float:
        return self.monotonic


@pytest.mark.parametrize(("jump_seconds", "steady"), [(0, True), (599, True), (601, False), (-601, False)])
def test_a_clock_is_steady_while_both_go_on_alike(jump_seconds: int, steady: bool) -> None:
    clock = TwoClocks(START)
    watched = SteadyClock(clock)
    assert not watched.is_steady()  # the first round only looks
    clock.advance(timedelta(hours=2).total_seconds() + jump_seconds)
    clock.monotonic += 7_200
    assert watched.is_steady() is steady
    clock.advance(60)
    clock.monotonic += 60
    assert watched.is_steady()
