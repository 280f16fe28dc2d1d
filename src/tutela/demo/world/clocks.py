"""A clock that runs faster than this machine's, so that four weeks pass in a minute."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from tutela.kernel.clock import Clock, SystemClock

#: How much faster time runs where four weeks shall pass in one minute.
FOUR_WEEKS_A_MINUTE = 4 * 7 * 24 * 60.0


class FastClock:
    """A clock that began at ``start`` and runs ``factor`` times as fast as ``base``; it can be moved on too.

    ``began_seconds`` is the moment of ``base`` at which it stood at ``start``: two processes that are told
    the same one have the same time, as long as nobody calls ``advance``. Raises ValueError for a start
    without a time zone and for a factor that does not run forwards.
    """

    def __init__(
        self,
        start: datetime,
        *,
        factor: float = 1.0,
        base: Clock | None = None,
        began_seconds: float | None = None,
    ) -> None:
        if start.tzinfo is None:
            raise ValueError("the start needs a time zone, for example datetime(2026, 1, 1, tzinfo=UTC)")
        if factor <= 0:
            raise ValueError("time runs forwards: the factor must be more than 0")
        self._start, self.factor = start.astimezone(UTC), factor
        self._base = base or SystemClock()
        self.began_seconds = self._base.monotonic_seconds() if began_seconds is None else began_seconds
        self._advanced_seconds = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The start, and what has passed since."""
        return self._start + timedelta(seconds=self.monotonic_seconds())

    def monotonic_seconds(self) -> float:
        """Seconds that have passed on this clock since its start."""
        passed = (self._base.monotonic_seconds() - self.began_seconds) * self.factor
        with self._lock:
            return passed + self._advanced_seconds

    def advance(self, seconds: float) -> None:
        """Move both clocks forward at once. ``seconds`` >= 0."""
        if seconds < 0:
            raise ValueError("time does not run backwards: seconds must be 0 or more")
        with self._lock:
            self._advanced_seconds += seconds
