"""How fast registries are asked: each server once a second, and not before it wants to be asked again."""

from __future__ import annotations

import threading

from tutela.kernel.clock import Clock, SystemClock
from tutela.share.notices.registries import QUESTIONS_PER_SECOND

#: Servers remembered; beyond it those that may be asked at once are forgotten (our own).
SERVERS_MAX = 2_000


class Pace:
    """When each server may be asked next, for the threads of one process. Nothing waits here."""

    def __init__(self, *, per_second: float = QUESTIONS_PER_SECOND, clock: Clock | None = None) -> None:
        if per_second <= 0:
            raise ValueError("a server is asked at a rate above 0")
        self._gap_seconds, self._clock = 1 / per_second, clock or SystemClock()
        self._next_seconds: dict[str, float] = {}
        self._lock = threading.Lock()

    def claim(self, server: str) -> float:
        """Seconds until the server may be asked. 0 means now, and counts as asked."""
        with self._lock:
            now = self._clock.monotonic_seconds()
            wait = self._next_seconds.get(server, now) - now
            if wait > 0:
                return wait
            self._put(server, now + self._gap_seconds)
            return 0.0

    def hold(self, server: str, seconds: float) -> None:
        """Leaves the server alone for so long, because it asked for that."""
        with self._lock:
            self._put(server, self._clock.monotonic_seconds() + seconds)

    def _put(self, server: str, at_seconds: float) -> None:
        if len(self._next_seconds) >= SERVERS_MAX:
            now = self._clock.monotonic_seconds()
            self._next_seconds = {name: at for name, at in self._next_seconds.items() if at > now}
        self._next_seconds[server] = at_seconds
