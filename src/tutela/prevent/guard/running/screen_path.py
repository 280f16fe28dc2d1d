"""The screen path started and ended as the person switches it on and off. Nobody waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Literal

from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.screen.running import RunningScreen, open_screen
from tutela.prevent.guard.screen.watching import Blocked
from tutela.prevent.guard.shapes import Judge

#: Seconds until what could not be started is tried again (our own).
AGAIN_SECONDS: Final = 30.0
#: Seconds that a start under way is waited for at the end (its own time-out, and a little).
_ENDING_SECONDS: Final = 35.0

#: Why the screen is not covered though the person wants it: a sentence ``told`` for each.
Trouble = Literal["screen_refused", "screen_unusable"]


class ScreenPath:
    """The screen path of one guard. ``follow`` and ``close`` belong to one thread."""

    def __init__(
        self, judge: Judge, blocked: Blocked, opened: Callable[..., RunningScreen] = open_screen
    ) -> None:
        self._judge, self._blocked, self._opened = judge, blocked, opened
        self._running: RunningScreen | None = None
        self._starting: threading.Thread | None = None
        self._trouble: Trouble | None = None
        self._again_at, self._in_force = 0.0, object()

    def follow(self, *, on: bool, in_force: object) -> None:
        """Starts or ends it; judges everything anew where the lists in force are others."""
        if self._starting is not None and self._starting.is_alive():
            return
        if self._running is not None and not (on and self._running.alive):
            self._end()
        if on and self._running is None and time.monotonic() >= self._again_at:
            self._again_at, self._in_force = time.monotonic() + AGAIN_SECONDS, in_force
            self._starting = threading.Thread(target=self._start, name="screen path", daemon=True)
            self._starting.start()
        if not on:
            self._trouble, self._again_at = None, 0.0
        if in_force != self._in_force and self._running is not None:
            self._running.forget()
            self._in_force = in_force

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What the person is to be told."""
        running = self._running
        if running is not None:
            return ("screen_unusable",) if running.trouble is not None else ()
        return (self._trouble,) if self._trouble is not None else ()

    def close(self) -> None:
        """Ends it, and takes every veil away. Safe to call twice."""
        if self._starting is not None:
            self._starting.join(_ENDING_SECONDS)
        self._end()

    def _start(self) -> None:
        try:
            self._running = self._opened(self._judge, blocked=self._blocked).start()
            self._trouble = None
        except Refused:
            self._trouble = "screen_refused"
        except (Unavailable, OSError):
            self._trouble = "screen_unusable"

    def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.close()
