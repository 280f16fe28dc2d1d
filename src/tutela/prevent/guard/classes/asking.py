"""The guard's side of a classifier: its process, a time limit for every question, restarts that wait longer.

Typical use::

    classifier = ClassifierProcess(card, lambda: open_weights(path, card.weights))
    score = classifier.score(pixels)

Every fault is ``Unavailable``: weights that are missing or were altered, a process that died, is slow or says
nonsense. The process is started by the first question, or ahead by ``begin``.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.media import lockdown
from tutela.detect.media.held import Held
from tutela.detect.media.nursery import ENVIRONMENT, import_folders
from tutela.kernel.errors import TutelaError, Unavailable
from tutela.prevent.guard.classes import wire
from tutela.prevent.guard.classes.cards import Card
from tutela.prevent.guard.shapes import HOLD_SECONDS

#: Seconds in which a process has to have greeted, on a loaded machine (about half a second when idle).
START_SECONDS_MAX: Final = 30.0
#: Seconds after which a process that owes an answer is given up (our own: twice the hold of a picture).
ANSWER_SECONDS_MAX: Final = 2 * HOLD_SECONDS
#: Seconds between the first fault and the next start, and at most; each further fault doubles them.
_WAIT_SECONDS, _WAIT_SECONDS_MAX = 0.25, 30.0
#: Doublings after which that most is reached; after a thousand, no number of seconds could be reckoned.
_DOUBLINGS_MAX: Final = 10
#: onnxruntime must tell nobody what it runs: from 1.29 on it does, and keeps files in the person's home and
#: in /tmp for it, unless this is set before it is loaded (its pull requests 27379 and 29843).
_ENVIRONMENT: Final = ENVIRONMENT | {"ORT_DISABLE_TELEMETRY": "1", "ORT_TELEMETRY_DISABLED": "1"}
#: The whole program of the process; ``-I -S`` leaves only the standard library on the path.
_PROGRAM: Final = (
    "import sys; sys.path[:0] = sys.argv[2:];"
    "from tutela.prevent.guard.classes.scoring import main; main(int(sys.argv[1]))"
)


class ClassifierProcess:
    """Implements ``shapes.Classifier`` by a process of its own. Thread-safe; one question at a time."""

    def __init__(
        self,
        card: Card,
        weights: Callable[[], Held],
        *,
        lockdown_required: bool = True,
        program: str = _PROGRAM,
    ) -> None:
        self.card = card
        self._open_weights, self._program = weights, program
        self._lockdown_required = lockdown_required
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._faults = 0
        self._not_before = 0.0
        self._closed = False

    @property
    def name(self) -> str:
        """The card's name."""
        return self.card.name

    @property
    def version(self) -> str:
        """The card's version."""
        return self.card.version

    @property
    def threshold(self) -> float:
        """The card's threshold."""
        return self.card.threshold

    @property
    def side_pixels(self) -> int:
        """The side of the squares that it takes."""
        return self.card.input.side_pixels

    def begin(self) -> None:
        """Has the process started ahead of the first question; a fault is told by that one."""
        with self._lock:
            try:
                self._started()
            except Unavailable:
                return

    def score(self, pixels: NDArray[np.uint8], *, within_seconds: float = HOLD_SECONDS) -> float:
        """As ``shapes.Classifier.score``. Raises Unavailable for every fault, Invalid never."""
        deadline = time.monotonic() + within_seconds
        if not self._lock.acquire(timeout=max(0.0, within_seconds)):
            raise Unavailable("the classifier is busy")
        try:
            return self._score(pixels, deadline)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Ends the process. Safe to call twice."""
        with self._lock:
            self._closed = True
            self._end_child()

    def _score(self, pixels: NDArray[np.uint8], deadline: float) -> float:
        try:
            square = wire.render_square(pixels, self.side_pixels)
        except ValueError as error:
            raise Unavailable(str(error)) from error
        child = self._started()
        try:
            score = child.ask(square, deadline)
        except TimeoutError as error:
            if child.is_overdue():
                self._count_fault()
            raise Unavailable("the classifier did not answer in time") from error
        except (OSError, ValueError) as error:
            self._count_fault()
            raise Unavailable("the classifier failed") from error
        self._faults = 0
        return score

    def _started(self) -> _Child:
        """The process that is there, or a new one. Raises Unavailable. Call with the lock held."""
        wait_seconds = self._not_before - time.monotonic()
        if self._closed:
            raise Unavailable("the classifier was closed")
        if self._child is None and wait_seconds > 0:
            raise Unavailable("the classifier failed lately", retry_after_seconds=wait_seconds)
        if self._child is None:
            self._child = self._start()
        return self._child

    def _start(self) -> _Child:
        try:
            held = self._open_weights()
        except TutelaError as error:
            self._count_fault()
            raise Unavailable(f"the classifier cannot be loaded: {error.message}") from error
        try:
            return _Child(self.card, held, self._program, lockdown_required=self._lockdown_required)
        except OSError as error:
            self._count_fault()
            raise Unavailable("the classifier could not be started") from error
        finally:
            held.close()

    def _count_fault(self) -> None:
        self._end_child()
        wait_seconds = _WAIT_SECONDS * 2 ** min(self._faults, _DOUBLINGS_MAX)
        self._not_before = time.monotonic() + min(_WAIT_SECONDS_MAX, wait_seconds)
        self._faults += 1

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """One process. It greets once and then answers every question in its order."""

    def __init__(self, card: Card, weights: Held, program: str, *, lockdown_required: bool) -> None:
        self._lockdown_required = lockdown_required
        #: What was asked and not answered yet: the greeting first. The answer is owed since ...
        self._owed, self._since = 0, time.monotonic()
        self._greeted = False
        self._received = b""
        self._channel, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = _spawned(program, weights.fd, theirs.fileno())
        except OSError:
            self._channel.close()
            raise
        try:
            self._channel.settimeout(START_SECONDS_MAX)
            self._channel.sendall(wire.render_load(card))
        except OSError:
            self.end()
            raise

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, square: bytes, deadline: float) -> float:
        """The score. TimeoutError at the deadline, OSError or ValueError for one that failed.

        What it still owes to a caller that has gone is heard out first.
        """
        if not self._greeted:
            layers = wire.parse_ready(*self._hear(deadline))
            if self._lockdown_required and lockdown.missing_layers(layers):
                raise ValueError("the classifier is not locked down")
            self._greeted = True
        while self._owed:
            self._hear(deadline)
            self._owed -= 1
        self._say(square, deadline)
        self._since = time.monotonic()
        self._owed = 1
        answer = self._hear(deadline)
        self._owed = 0
        return wire.parse_score(*answer)

    def _say(self, square: bytes, deadline: float) -> None:
        self._channel.settimeout(_left(deadline))
        try:
            self._channel.sendall(square)
        except TimeoutError as error:  # a part of it may be under way, and nothing fits behind that
            raise ConnectionError("the classifier takes nothing in") from error

    def is_overdue(self) -> bool:
        """Whether it has had all the time that there is: then ``end`` it."""
        allowed = ANSWER_SECONDS_MAX if self._greeted else START_SECONDS_MAX
        return time.monotonic() - self._since > allowed

    def end(self) -> None:
        """Ends it, whatever it is doing."""
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def _hear(self, deadline: float) -> tuple[int, bytes]:
        """Kind and payload of one frame; what came before the deadline is kept for the next one who asks."""
        while True:
            if len(self._received) >= wire.HEAD.size:
                kind, length = wire.HEAD.unpack_from(self._received)
                if length > wire.ANSWER_BYTES_MAX:
                    raise ValueError("an answer that is too long")
                end = wire.HEAD.size + length
                if len(self._received) >= end:
                    payload, self._received = self._received[wire.HEAD.size : end], self._received[end:]
                    return kind, payload
            self._channel.settimeout(_left(deadline))
            piece = self._channel.recv(4_096)
            if not piece:
                raise ConnectionError("the classifier is gone")
            self._received += piece


def _spawned(program: str, weights_fd: int, channel_fd: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", program, str(weights_fd), *import_folders()],
        stdin=channel_fd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd="/",
        pass_fds=(weights_fd,),
        start_new_session=True,
    )


def _left(deadline: float) -> float:
    """Seconds that are left; TimeoutError for none (0 would make a socket not wait at all)."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
