"""How many notices went to a host in the last minute, and which hosts have had enough for now."""

from __future__ import annotations

from collections import deque

#: Seconds that are looked back on.
WINDOW_SECONDS = 60.0


class Politeness:
    """Counts in this process alone: two senders are twice as fast."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._sent: dict[str, deque[float]] = {}

    def sent(self, host: str, now_seconds: float) -> None:
        """One more went to ``host``. ``now_seconds`` is of the monotonic clock."""
        self._sent.setdefault(host, deque()).append(now_seconds)

    def busy(self, now_seconds: float) -> list[str]:
        """Hosts that are left alone for the moment."""
        for host, moments in list(self._sent.items()):
            while moments and moments[0] <= now_seconds - WINDOW_SECONDS:
                moments.popleft()
            if not moments:
                del self._sent[host]
        return [host for host, moments in self._sent.items() if len(moments) >= self._per_minute]
