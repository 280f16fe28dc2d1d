"""The guard's hold on the process that draws the veils: started, told what to cover, started again.

It shows only what it is told each time anew, so that a process that was started again knows everything with
the next order.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final

from tutela.detect.media.nursery import import_folders
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.screen import wire
from tutela.prevent.guard.screen.shapes import Rectangle

#: Seconds in which the process has to be ready, on a loaded machine (half a second when idle).
START_SECONDS_MAX: Final = 30.0
#: Seconds in which an order has to be carried out (our own: some 5 ms when idle).
ANSWER_SECONDS_MAX: Final = 1.0
#: Seconds between the first fault and the next start, and at most; each further fault doubles them.
_WAIT_SECONDS, _WAIT_SECONDS_MAX = 0.25, 30.0
#: Doublings after which that most is reached; after a thousand, no number of seconds could be reckoned.
_DOUBLINGS_MAX: Final = 10
#: What the process may know of the environment: how to reach the screen.
_PASSED_ON: Final = ("DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
_SETTINGS: Final = {"QT_ENABLE_HIGHDPI_SCALING": "0", "QT_LOGGING_RULES": "*=false", "LC_ALL": "C.UTF-8"}
_PROGRAM: Final = (
    "import sys; sys.path[:0] = sys.argv[1:]; from tutela.prevent.guard.screen.overlay import main; main()"
)


class VeilProcess:
    """Implements ``shapes.Veils``. For one thread; ``close`` may come from another."""

    def __init__(self, *, program: str = _PROGRAM, environment: Mapping[str, str] = os.environ) -> None:
        self._program, self._environment = program, child_environment(environment, sys.platform)
        self._child: _Child | None = None
        self._faults, self._not_before = 0, 0.0
        self._closed = False

    def begin(self) -> None:
        """Starts the process and waits until it is ready. Raises Unavailable."""
        child = self._started()
        try:
            child.wait_for(0, START_SECONDS_MAX)
        except _GoneError as error:
            self._count_fault()
            raise Unavailable("the process that draws the veils could not be started") from error

    def show(self, veiled: Sequence[Rectangle], width: int, height: int) -> None:
        """As ``shapes.Veils.show``. Waits for no start: whoever asks while there is one gets Unavailable."""
        child = self._started()
        if not child.is_ready():
            raise Unavailable("the process that draws the veils is being started", retry_after_seconds=1.0)
        try:
            child.order(veiled, width, height)
        except (_GoneError, OSError, ValueError) as error:
            self._count_fault()
            raise Unavailable(
                "the process that draws the veils stopped; it is being started again"
            ) from error
        self._faults = 0

    def close(self) -> None:
        """Ends the process, and the veils with it. Safe to call twice."""
        self._closed = True
        self._end_child()

    @property
    def pid(self) -> int | None:
        """The number of the process, if there is one."""
        return self._child.pid if self._child is not None else None

    def _started(self) -> _Child:
        """The process that is there, or a new one. Raises Unavailable."""
        if self._child is not None and self._child.is_overdue():
            self._count_fault()
        if self._closed or (self._child is None and time.monotonic() < self._not_before):
            raise Unavailable("there is no process that draws veils at present")
        if self._child is None:
            try:
                self._child = _Child(self._program, self._environment)
            except OSError as error:
                self._count_fault()
                raise Unavailable("the process that draws the veils could not be started") from error
        return self._child

    def _count_fault(self) -> None:
        self._end_child()
        wait_seconds = _WAIT_SECONDS * 2 ** min(self._faults, _DOUBLINGS_MAX)
        self._not_before = time.monotonic() + min(_WAIT_SECONDS_MAX, wait_seconds)
        self._faults += 1

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _GoneError(Exception):
    """The process is gone, does not answer, or says what no such process says."""


class _Child:
    """One process. Its answers are read by a thread, since pipes have no time-out."""

    def __init__(self, program: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", program, *import_folders()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            cwd="/" if os.name == "posix" else None,
            start_new_session=True,
        )
        self._since, self._ready = time.monotonic(), False
        self._serials = itertools.count(1)
        self._answers: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def is_ready(self) -> bool:
        """Whether it has greeted; takes in what has arrived, without waiting."""
        if not self._ready:
            with contextlib.suppress(_GoneError):
                self.wait_for(0, 0.0)
        return self._ready

    def is_overdue(self) -> bool:
        """Whether it ended, or had all the time that there is to greet."""
        late = not self._ready and time.monotonic() - self._since > START_SECONDS_MAX
        return late or self._process.poll() is not None

    def order(self, veiled: Sequence[Rectangle], width: int, height: int) -> None:
        """Returns once the order is carried out. Raises _GoneError, OSError, ValueError."""
        serial = next(self._serials)
        if self._process.stdin is None:
            raise _GoneError
        self._process.stdin.write(wire.render_order(serial, veiled, width, height))
        self._process.stdin.flush()
        self.wait_for(serial, ANSWER_SECONDS_MAX)

    def wait_for(self, serial: int, seconds: float) -> None:
        """Returns once this order is carried out, 0 for the greeting. Raises _GoneError."""
        deadline = time.monotonic() + seconds
        while serial or not self._ready:
            try:
                left = deadline - time.monotonic()
                answer = self._answers.get(timeout=left) if left > 0 else self._answers.get_nowait()
            except queue.Empty as error:
                raise _GoneError from error
            if answer is None:
                self._answers.put(None)
                raise _GoneError
            self._ready = True
            if answer == serial:
                return

    def end(self) -> None:
        """Ends it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._reader.join(ANSWER_SECONDS_MAX)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _read(self) -> None:
        out = self._process.stdout
        try:
            while out is not None:
                self._answers.put(
                    wire.parse_answer(*wire.read_frame(lambda size: os.read(out.fileno(), size)))
                )
        except (EOFError, OSError, ValueError):
            self._answers.put(None)


def child_environment(outer: Mapping[str, str], platform: str) -> dict[str, str]:
    """What the process is told of ``outer``: the screen, and nothing of the person."""
    passed = {name: outer[name] for name in _PASSED_ON if name in outer}
    return passed | _SETTINGS | ({"QT_QPA_PLATFORM": "xcb"} if platform == "linux" else {})
