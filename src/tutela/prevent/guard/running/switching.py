"""The judge in force, replaced while pictures come; and what went wrong lately, as words for the person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from tutela.prevent.guard.shapes import HOLD_SECONDS, Judge, Ruling, Why, undecided

#: Faults that the person is told of; the others lie in the picture.
TROUBLES: Final[tuple[Why, ...]] = ("list_unusable", "classifier_unusable", "worker_failed")
#: Seconds for which a fault counts as lasting after it was last met.
LASTING_SECONDS: Final = 60.0


class Holding:
    """A judge that holds everything, for one reason."""

    def __init__(self, why: Why) -> None:
        self._ruling = undecided(why)

    def rule(self, untrusted_content: bytes, *, within_seconds: float = HOLD_SECONDS) -> Ruling:
        """Held."""
        return self._ruling

    def close(self) -> None:
        """Nothing."""


class SwitchedJudge:
    """Implements ``Judge`` by the one that is in force. Closes the one that it replaces, and the last."""

    def __init__(self, judge: Judge, now: Callable[[], float] = time.monotonic) -> None:
        self._judge, self._now = judge, now
        self._lock, self._met = threading.Lock(), dict[Why, float]()

    def rule(self, untrusted_content: bytes, *, within_seconds: float = HOLD_SECONDS) -> Ruling:
        """The ruling of the judge in force."""
        ruling = self._judge.rule(untrusted_content, within_seconds=within_seconds)
        if ruling.why in TROUBLES:
            with self._lock:
                self._met[ruling.why] = self._now()
        return ruling

    def replace(self, judge: Judge) -> None:
        """Puts another judge in force. What the old one is at ends there, held where it cannot end."""
        old, self._judge = self._judge, judge
        with self._lock:
            self._met.clear()
        old.close()

    @property
    def troubles(self) -> tuple[Why, ...]:
        """The faults of the last ``LASTING_SECONDS``."""
        since = self._now() - LASTING_SECONDS
        with self._lock:
            return tuple(why for why in TROUBLES if self._met.get(why, since) > since)

    def close(self) -> None:
        """Holds everything from here on. Safe to call twice."""
        self.replace(Holding("worker_failed"))
