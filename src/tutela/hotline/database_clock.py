"""Whether this machine's clock and the database's agree: where they do not, nothing is signed or released.

A wrong clock would sign a wrong time for ever, take a living process's notice for a dead one's, or let a
message through that is over. Reports are taken in all the same (fault FI-12: more than ten minutes).
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import Error, connection

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable
from tutela.kernel.log import get_logger

#: Difference from which nothing is signed, released or given up (FI-12; governance.md section 5.2).
SKEW_SECONDS = 600.0
#: Seconds after which somebody who was refused may ask again: a clock that is set is right at once (our own).
_RETRY_SECONDS = 30.0
_log = get_logger("hotline")


class ClocksDiffer(Unavailable):
    """This machine and the database do not agree about the time."""

    code = "clocks_differ"


def skew_seconds(clock: Clock) -> float:
    """Seconds that ``clock`` is ahead of the database's, below 0 where it is behind.

    SQLite has no clock of its own, so 0 there. Raises Django's Error while the database is away.
    """
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        row = cursor.fetchone()
    there = datetime.fromtimestamp(float(row[0]) if row else 0.0, UTC)
    return (clock.now() - there).total_seconds()


class ClockGuard:
    """Of one process: refuses while the clocks differ, and says when that begins and ends."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._differs = False

    def check(self) -> None:
        """Return where both agree. Raises ClocksDiffer, and Django's Error while the database is away."""
        skew = skew_seconds(self._clock)
        self._tell(skew)
        if self._differs:
            raise ClocksDiffer(
                f"this machine's clock differs by {abs(skew):,.0f} seconds from the database's: nothing is "
                "signed or released before both are right (chrony)",
                retry_after_seconds=_RETRY_SECONDS,
            )

    def report(self) -> None:
        """Return once it is said where they differ, or that nobody knows; the process goes on."""
        try:
            self._tell(skew_seconds(self._clock))
        except Error:
            _log.warning("clocks_not_compared")

    def _tell(self, skew: float) -> None:
        differs = abs(skew) > SKEW_SECONDS
        if differs and not self._differs:
            _log.error("clocks_differ", seconds=round(skew))
        elif self._differs and not differs:
            _log.warning("clocks_agree")
        self._differs = differs
