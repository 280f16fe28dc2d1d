"""The screen path under way in a thread of its own: look, veil, ask, and lift what was ruled shown.

Typical use::

    with open_screen(judge, blocked=counters.count) as running:
        ...
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Final, Literal

from tutela.kernel.errors import Unavailable
from tutela.kernel.log import declare_words, get_logger
from tutela.prevent.guard.screen import peeping
from tutela.prevent.guard.screen.pace import BURST_SECONDS, Pace
from tutela.prevent.guard.screen.questions import Questions
from tutela.prevent.guard.screen.refusing import check_screen
from tutela.prevent.guard.screen.shapes import Pixels, Rectangle, Screen, Veils
from tutela.prevent.guard.screen.watching import Blocked, Watch
from tutela.prevent.guard.shapes import Judge

_log = get_logger("guard")

#: Why the screen is not covered at present. In words for the person: ``told.overlay_unusable`` and so on.
Trouble = Literal["overlay_unusable", "screen_unusable"]
declare_words("overlay_unusable", "screen_unusable")
#: Seconds that the end of the thread is waited for.
STOPPING_SECONDS_MAX: Final = 5.0
#: Seconds between two orders that repeat what should be covered and is not seen to be.
REPEAT_SECONDS: Final = 1.0


class RunningScreen:
    """Looks at a screen until it is closed. It closes screen and veils; the judge is its owner's."""

    def __init__(
        self, judge: Judge, screen: Screen, veils: Veils, *, blocked: Blocked = lambda _path, _tier: None
    ) -> None:
        self._screen, self._veils = screen, veils
        self._wake, self._closing = threading.Event(), threading.Event()
        self._questions = Questions(judge, self._wake.set)
        self.watch = Watch(blocked)
        #: None while everything works.
        self.trouble: Trouble | None = None
        #: Looks so far.
        self.looks = 0
        self._size = (1, 1)
        self._shown: tuple[Rectangle, ...] | None = None
        self._repeat_after, self._forgets = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="screen")

    def start(self) -> RunningScreen:
        """Itself, under way."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Ends it, and takes every veil away. Safe to call twice."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOPPING_SECONDS_MAX)
        self._questions.close()
        self._veils.close()

    def forget(self) -> None:
        """Lists or policy have changed: what is on the screen is judged anew."""
        self._forgets.set()
        self._wake.set()

    @property
    def alive(self) -> bool:
        """Whether it still looks."""
        return self._thread.is_alive()

    def __enter__(self) -> RunningScreen:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        pace = Pace(time.monotonic())
        try:
            while not self._closing.is_set():
                began = time.monotonic()
                changed = self._look(began)
                if self.watch.look_again:
                    continue
                until = pace.looked(began, changed=changed)
                self._wait(until, hurries=pace.may_hurry)
        finally:
            self._screen.close()

    def _look(self, now: float) -> bool:
        """One look: whether anything changed."""
        try:
            seen = self._screen.grab()
        except Unavailable:
            self._tell("screen_unusable")
            self.watch.look_again = False
            return False
        if self.trouble == "screen_unusable":
            self._tell(None)
        if self._forgets.is_set():
            self._forgets.clear()
            self.watch.forget()
        self._repeat_where_not_covered(seen, now)
        changed = self.watch.look(seen, now)
        self._size, self.looks = (seen.shape[1], seen.shape[0]), self.looks + 1
        self._show()
        for question in self.watch.take_questions():
            self._questions.ask(question)
        return changed

    def _wait(self, until: float, *, hurries: bool) -> None:
        """Waits for the time of the next look, or until something stirs; takes answers in as they come."""
        hint_at = time.monotonic() + BURST_SECONDS if hurries else until
        while not self._closing.is_set():
            for question, ruling in self._questions.taken():
                self.watch.rule(question, ruling, time.monotonic())
            self._show()
            now = time.monotonic()
            if now >= until or (now >= hint_at and self._screen.stirs()):
                return
            hint_at = max(hint_at, now + BURST_SECONDS) if now >= hint_at else hint_at
            if self._wake.wait(min(until, hint_at) - now):
                self._wake.clear()

    def _show(self) -> None:
        """Has exactly that covered which is to be; says where it cannot be."""
        veiled = self.watch.veiled
        if veiled == self._shown:
            return
        try:
            self._veils.show(veiled, *self._size)
        except Unavailable:
            self._shown = None
            self._tell("overlay_unusable")
        else:
            self._shown = veiled
            self._tell(None)

    def _repeat_where_not_covered(self, seen: Pixels, now: float) -> None:
        """Orders again what is veiled and not seen to be: the window may be below another, or gone."""
        if not self._shown or now < self._repeat_after or (seen.shape[1], seen.shape[0]) != self._size:
            return
        self._repeat_after = now + REPEAT_SECONDS
        if not all(peeping.covers(seen, area, self._shown) for area in self._shown):
            self._shown = None

    def _tell(self, trouble: Trouble | None) -> None:
        if trouble is not None and trouble != self.trouble:
            _log.warning("screen_not_covered", trouble=trouble)
        self.trouble = trouble


def open_screen(judge: Judge, *, blocked: Blocked = lambda _path, _tier: None) -> RunningScreen:
    """The screen path on this device, ready to start.

    Raises Refused, with a sentence for the person, where there is none; Unavailable where it does not start.
    """
    check_screen(os.environ, sys.platform)
    from tutela.prevent.guard.screen.capturing import MssScreen
    from tutela.prevent.guard.screen.veiling import VeilProcess

    screen, veils = MssScreen(), VeilProcess()
    try:
        screen.grab()
        veils.begin()
    except BaseException:
        veils.close()
        raise
    finally:
        screen.close()
    return RunningScreen(judge, MssScreen(), veils, blocked=blocked)
