"""What each host served, to whom, when: so that a proof can check who was asked and how politely."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """One request and what it got. ``at`` is the world's time, ``seconds`` the machine's monotonic clock.

    ``item`` is the name of the planted item that was asked for, else empty; ``showed`` says whether its
    picture or film (in whatever bytes) was in the answer.
    """

    at: datetime
    seconds: float
    host: str
    path: str
    source: str
    method: str
    status: int
    referrer: str = ""
    agent: str = ""
    item: str = ""
    showed: bool = False


class Journal:
    """All that was served, in order. For many threads."""

    def __init__(self) -> None:
        self._served: list[Served] = []
        self._lock = threading.Lock()

    def note(self, served: Served) -> None:
        """Keep one more."""
        with self._lock:
            self._served.append(served)

    def all(self) -> tuple[Served, ...]:
        """Everything that was served so far."""
        with self._lock:
            return tuple(self._served)

    def of_host(self, host: str) -> tuple[Served, ...]:
        """What one host served."""
        return self._those(lambda served: served.host == host)

    def of_item(self, item: str) -> tuple[Served, ...]:
        """Who asked for one planted item."""
        return self._those(lambda served: served.item == item)

    def sources(self, item: str) -> frozenset[str]:
        """The addresses to which one item's picture was shown."""
        return frozenset(served.source for served in self.of_item(item) if served.showed)

    def counts(self) -> Counter[str]:
        """How many requests each host had."""
        return Counter(served.host for served in self.all())

    def most_within(self, host: str, seconds: float) -> int:
        """The largest number of requests that the host had within so many real seconds."""
        window: deque[float] = deque()
        most = 0
        for moment in sorted(served.seconds for served in self.of_host(host)):
            window.append(moment)
            while moment - window[0] >= seconds:
                window.popleft()
            most = max(most, len(window))
        return most

    def _those(self, wanted: Callable[[Served], bool]) -> tuple[Served, ...]:
        return tuple(served for served in self.all() if wanted(served))
