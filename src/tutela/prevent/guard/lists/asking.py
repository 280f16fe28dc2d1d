"""``ListWorker``: whether a picture is known, from the file of a sealed device list.

A thread keeps a process with the list. When the file changes, a new process opens the new list beside the old
one, and then takes over: no question is left without an answer. A file that is missing, expired, badly signed
or older than the last ends the old list too, and every question is Unavailable with the reason: whoever asks
holds the picture then. A process that died is started again, after a pause that doubles while it keeps dying.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.bundles.content import Content
from tutela.detect.matching.bundles.opening import check_time
from tutela.detect.matching.bundles.trust import Trust, render_trust
from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.errors import TutelaError, Unavailable
from tutela.prevent.guard.lists.child import Child, ChildGoneError, Opened, gone
from tutela.prevent.guard.lists.files import NO_FILE, Stamp, read_bundle, stamp_of
from tutela.prevent.guard.lists.frames import PRINTS_MAX, Order
from tutela.prevent.guard.lists.shapes import Digests, Met

#: Seconds between two looks at the file.
LOOK_SECONDS: Final = 1.0
#: Pause in seconds after the first failure; it doubles with each, up to the second number (our own).
PAUSE_SECONDS: Final = 0.1
PAUSE_SECONDS_MAX: Final = 60.0
#: Doublings after which that number is reached; after a thousand, no number of seconds could be reckoned.
_DOUBLINGS_MAX: Final = 10
#: A process that lived so long (seconds) did not die of how it was started.
SOUND_SECONDS: Final = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Serving:
    """An open list: its process, the file it came from, and until when it may be used."""

    child: Child
    opened: Opened
    stamp: Stamp
    since_seconds: float
    #: On the injected clock's monotonic time: setting the wall clock back makes no list last longer.
    until_seconds: float

    @property
    def content(self) -> Content:
        """What the list says about itself."""
        return self.opened.header.content

    def check_time(self, clock: Clock) -> None:
        """Return where the list may be used now. Raises Unavailable."""
        check_time(self.content, clock)
        if clock.monotonic_seconds() >= self.until_seconds:
            raise Unavailable(f"the list expired on {iso_utc(self.content.expires)}: the clock was set back")


class ListWorker:
    """A ``Known`` from the list at ``path``. ``prints_key`` gives the key of its PDQ values (32 bytes), from
    the system's key store, each time that a list is opened. Returns at once; ``ready`` waits."""

    def __init__(
        self,
        path: Path,
        trust: Trust,
        *,
        prints_key: Callable[[], bytes] = bytes,
        clock: Clock | None = None,
        start: Callable[[], Child] = Child,
    ) -> None:
        self._path, self._trust, self._prints_key = path, trust, prints_key
        self._clock: Clock = SystemClock() if clock is None else clock
        self._start = start
        self._serving: _Serving | None = None
        self._why = Unavailable("the list is being opened", retry_after_seconds=LOOK_SECONDS)
        self._failures, self._retry_at, self._failed_stamp = 0, 0.0, NO_FILE
        self._wake, self._closing = threading.Event(), threading.Event()
        self._looked, self._looks = threading.Condition(), 0
        self._keeper = threading.Thread(target=self._keep, name="tutela-list", daemon=True)
        self._keeper.start()

    # What others ask

    def ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Met:
        """See ``Known``. Raises Unavailable."""
        met: Met = None
        for first in range(0, max(1, len(prints)), PRINTS_MAX):
            met = self._ask(digests if not first else Digests(), prints[first : first + PRINTS_MAX])
            if met:
                break
        return met

    def ready(self, seconds: float) -> bool:
        """Whether a list is in use; looks at the file now, and waits so long for the end of that look."""
        until = time.monotonic() + seconds
        for _ in range(2):  # a look under way may have begun before
            self._await_look(until)
        return self._serving is not None

    def _await_look(self, until_seconds: float) -> None:
        with self._looked:
            seen = self._looks
            self._retry_at = 0.0
            self._wake.set()
            self._looked.wait_for(lambda: self._looks > seen, max(0.0, until_seconds - time.monotonic()))

    @property
    def opened(self) -> Opened | None:
        """What the list in use says about itself; None where none is in use."""
        serving = self._serving
        return None if serving is None else serving.opened

    @property
    def why(self) -> str:
        """Why no list is in use, in a sentence; empty where one is."""
        return "" if self._serving is not None else self._why.message

    @property
    def number(self) -> int:
        """The highest number of a list that was in use: what the device remembers for ``Trust``."""
        return self._trust.number_min

    def close(self) -> None:
        """Ends the process and the thread. Safe to call twice."""
        self._closing.set()
        self._wake.set()
        self._keeper.join()

    # How an answer is found

    def _ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Met:
        """The answer of the list in use; of the next one where it was replaced meanwhile."""
        while True:
            serving = self._serving
            if serving is None:
                raise Unavailable(self._why.message, retry_after_seconds=LOOK_SECONDS)
            serving.check_time(self._clock)
            try:
                return serving.child.ask(digests, prints)
            except ChildGoneError as error:
                if self._serving is serving:
                    self._wake.set()
                    raise gone() from error

    # How a list stays in use

    def _keep(self) -> None:
        """What the thread runs."""
        while not self._closing.is_set():
            self._wake.clear()
            self._look()
            with self._looked:
                self._looks += 1
                self._looked.notify_all()
            self._wake.wait(self._pause())
        self._stop(Unavailable("the list is closed"))

    def _pause(self) -> float:
        if self._serving is not None:
            return LOOK_SECONDS
        return min(LOOK_SECONDS, max(0.0, self._retry_at - time.monotonic()))

    def _look(self) -> None:
        """Open the list where its file changed or its process is gone, and it is time to try."""
        serving, stamp = self._serving, stamp_of(self._path)
        if serving is not None and serving.child.alive and serving.stamp == stamp:
            return
        if serving is not None and not serving.child.alive:
            self._bury(serving)
        if stamp == self._failed_stamp and time.monotonic() < self._retry_at:
            return
        try:
            self._replace(self._open())
        except ChildGoneError:
            self._fail(stamp, gone())
        except TutelaError as error:
            self._fail(stamp, error)
        except OSError as error:  # too many processes or descriptors
            said = f"the process that holds the list cannot be started: {error.strerror}"
            self._fail(stamp, Unavailable(said))

    def _bury(self, serving: _Serving) -> None:
        """The process died: nobody is asked, and it is started again soon, or later where it died early."""
        if time.monotonic() - serving.since_seconds > SOUND_SECONDS:
            self._failures = 0
        self._fail(serving.stamp, gone())

    def _fail(self, stamp: Stamp, error: TutelaError) -> None:
        self._failures = self._failures + 1 if stamp == self._failed_stamp else 1
        self._failed_stamp = stamp
        pause_seconds = PAUSE_SECONDS * 2 ** min(self._failures - 1, _DOUBLINGS_MAX)
        self._retry_at = time.monotonic() + min(PAUSE_SECONDS_MAX, pause_seconds)
        self._stop(error)

    def _stop(self, error: TutelaError) -> None:
        self._why = Unavailable(error.message)
        self._replace(None)

    def _replace(self, serving: _Serving | None) -> None:
        """Put another list in use, or none; the old process ends after the question that it is at."""
        old, self._serving = self._serving, serving
        if old is not None:
            old.child.end()

    def _open(self) -> _Serving:
        """The list of the file, opened in a new process. Raises the refusal, ChildGoneError."""
        stamp, bundle = read_bundle(self._path)
        child = self._start()
        try:
            now, began = self._clock.now(), self._clock.monotonic_seconds()
            opened = child.open(
                Order(
                    now=now,
                    trust=render_trust(self._trust),
                    prints_key=self._prints_key(),
                    bundle=bundle,
                )
            )
        except BaseException:
            child.end()
            raise
        content = opened.header.content
        self._trust = self._trust.at_least(content.number)
        until = began + (content.expires - now).total_seconds()
        return _Serving(
            child=child, opened=opened, stamp=stamp, since_seconds=time.monotonic(), until_seconds=until
        )
