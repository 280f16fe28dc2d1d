"""The alarm's work, in the sender's process: it looks once a minute, and tells what is to be told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from django.db import Error, connection

from tutela.hotline.alerts.actions import Said, give_back, say_looked, take_words
from tutela.hotline.alerts.telling import Way
from tutela.hotline.database_clock import ClocksDiffer
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.log import get_logger

#: Seconds between two looks (our own).
LOOK_SECONDS = 60.0
_log = get_logger("hotline.alerts")


def _unguarded() -> None:
    """For an alarm whose clock nobody looks at: in tests."""


class Alarm:
    """One alarm. ``look`` gives kind to number of what is wrong; ``ways`` are all told."""

    def __init__(
        self,
        look: Callable[[], Mapping[str, int]],
        ways: Sequence[Way],
        *,
        clock: Clock | None = None,
        guard: Callable[[], None] = _unguarded,
    ) -> None:
        self._look, self._ways, self._guard = look, tuple(ways), guard
        self._clock = clock or SystemClock()

    def round(self) -> int:
        """How many words got out. Raises Django's errors while the database is away."""
        now = self._clock.now()
        words = take_words(self._look(), now=now)
        say_looked(now)
        unsaid = [word for word in words if not self._tell(word)]
        if unsaid:
            give_back(unsaid, now=now)
        return len(words) - len(unsaid)

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; the word in hand is finished."""
        while not stop.is_set():
            try:
                self._guard()
                self.round()
            except ClocksDiffer:
                pass
            except Error:
                _log.warning("database_away")
            except Exception:  # noqa: BLE001 - a look that fails must not end the looks
                _log.exception("alert_fault")
            connection.close()
            stop.wait(LOOK_SECONDS)

    def _tell(self, said: Said) -> bool:
        """Whether somebody was reached; every way is tried."""
        reached = [way.tell(said, self._clock.now()) for way in self._ways]
        if any(reached):
            _log.info("alert_told", kind=said.kind, what=said.event, number=said.number)
        else:
            _log.error("alert_not_told", kind=said.kind, what=said.event)
        return any(reached)
