"""Which change every list of this process is sure to show, so that an answer may name it.

The follower says in ``applied.json`` how far the lists on the disk are; a process finds that in its own lists
only after it looked at each of them since.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from tutela.detect.matching.live import LOOK_AGAIN_SECONDS


class Settling:
    """The newest such change. Threads may share it; none waits for another."""

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._sure = 0
        self._looked_seconds = -LOOK_AGAIN_SECONDS

    def sure(self, applied: int, look: Callable[[], bool], now_seconds: float) -> int:
        """The change to name, now that the follower says ``applied``.

        ``look`` looks at all lists and says whether they show all that is on the disk. It is asked only
        while a newer change is there than was seen, and as seldom as the lists look by themselves.
        """
        if applied <= self._sure or not self._looking.acquire(blocking=False):
            return min(applied, self._sure)
        try:
            if now_seconds - self._looked_seconds >= LOOK_AGAIN_SECONDS:
                self._looked_seconds = now_seconds
                if look():
                    self._sure = max(applied, self._sure)
        finally:
            self._looking.release()
        return self._sure

    def reached(self, applied: int) -> None:
        """Takes note that all lists show this change: somebody waited for it and looked at each."""
        self._sure = max(applied, self._sure)
