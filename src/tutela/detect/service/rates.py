"""How fast and how much each caller may ask: a token bucket a second, and a count a day.

Both hold for digests as well, whose enumeration nothing else slows down (threat ST-16). The accounts stand
in the tables of the query watch: over ``SharedTables`` all processes of a service count together.
"""

from __future__ import annotations

from tutela.detect.service.families import DAY_SECONDS, Families
from tutela.detect.service.problems import Busy
from tutela.detect.service.roles import Caller, CallerLimits
from tutela.detect.service.tables import MemoryTables, Tables
from tutela.kernel.clock import Clock, SystemClock

#: Seconds of its rate that a caller may use at once after a pause (our own).
BURST_SECONDS = 2.0


class Rates:
    """Counts what every caller asks for. Safe to share between threads.

    ``tables`` are those of the watch (``Watch.tables``). Without them this process counts alone; then
    ``share`` is its part of a caller's limits, 1 / number of processes. The clocks' monotonic seconds are
    those of the machine (CLOCK_MONOTONIC), the same in every process.
    """

    def __init__(
        self, tables: Tables | None = None, *, clock: Clock | None = None, share: float = 1.0
    ) -> None:
        """Raises ValueError when the share is not above 0 and at most 1."""
        if not 0 < share <= 1:
            raise ValueError("a share is above 0 and at most 1")
        self._tables: Tables = MemoryTables() if tables is None else tables
        self._clock = SystemClock() if clock is None else clock
        self._share = share

    def admit(self, caller: Caller, *, queries: int = 1) -> None:
        """Returns when the caller may ask so many queries now, and counts them.

        More than fit into the full bucket are let in when it is full, and are paid off before the next.
        Raises Busy (429) with ``retry_after_seconds``, Unavailable when the tables cannot be read.
        """
        if queries < 1:
            raise ValueError("a question is at least one query")
        now_seconds, wall_seconds = self._clock.monotonic_seconds(), self._clock.now().timestamp()
        with self._tables.of(caller.id) as families:
            asked_today = self._check_day(families, caller.limits, queries, wall_seconds)
            self._spend(families, caller.limits, queries, now_seconds)
            families.head["asked_today"] = asked_today + queries

    def _check_day(self, families: Families, limits: CallerLimits, queries: int, wall_seconds: float) -> int:
        """What was asked since midnight (UTC). Raises Busy when the day has no room for more."""
        day = int(wall_seconds // DAY_SECONDS)
        if int(families.head["day"][0]) != day:
            families.head["day"], families.head["asked_today"] = day, 0
        asked_today = int(families.head["asked_today"][0])
        if asked_today + queries > max(1.0, limits.queries_per_day * self._share):
            left_seconds = (day + 1) * DAY_SECONDS - wall_seconds
            raise Busy("the queries of this day are used up", retry_after_seconds=left_seconds)
        return asked_today

    def _spend(self, families: Families, limits: CallerLimits, queries: int, now_seconds: float) -> None:
        """Takes the queries out of the bucket. Raises Busy when they come too fast."""
        per_second = limits.queries_per_second * self._share
        full = max(1.0, per_second * BURST_SECONDS)
        passed_seconds = max(0.0, now_seconds - float(families.head["spent_seconds"][0]))
        spent = max(0.0, float(families.head["spent"][0]) - per_second * passed_seconds)
        lacking = spent + min(float(queries), full) - full
        if lacking > 1e-9:  # what rounding leaves over is no query
            raise Busy("too many queries a second", retry_after_seconds=lacking / per_second)
        families.head["spent"], families.head["spent_seconds"] = spent + queries, now_seconds
