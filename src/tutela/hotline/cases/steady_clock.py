"""A clock that is watched: where it jumped, nothing is destroyed (governance.md section 5.2)."""

from __future__ import annotations

from datetime import datetime

from tutela.hotline.database_clock import SKEW_SECONDS
from tutela.kernel.clock import Clock
from tutela.kernel.log import get_logger

_log = get_logger("hotline.cases")


class SteadyClock:
    """Wall clock and monotonic clock, compared round by round.

    The first round of a process only looks: a machine that starts with a wrong time, and is corrected,
    destroys nothing meanwhile.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._before: tuple[datetime, float] | None = None

    def is_steady(self) -> bool:
        """Whether wall clock and monotonic clock have gone on alike since the last round."""
        at, monotonic_seconds = self._clock.now(), self._clock.monotonic_seconds()
        before, self._before = self._before, (at, monotonic_seconds)
        if before is None:
            return False
        passed = (at - before[0]).total_seconds() - (monotonic_seconds - before[1])
        if abs(passed) > SKEW_SECONDS:
            _log.error("clock_jumped", seconds=round(passed))
            return False
        return True
