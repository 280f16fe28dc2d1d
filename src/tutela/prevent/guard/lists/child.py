"""The guard's hold on the process of one list: started, told what to open, asked, ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import current_path
from tutela.detect.matching.bundles.layout import Header, parse_header
from tutela.detect.media.lockdown import missing_layers
from tutela.detect.media.nursery import ENVIRONMENT, import_folders
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.lists import frames
from tutela.prevent.guard.lists.shapes import Digests, Met

#: Seconds in which a process has to start and open its list: the largest takes some 3 (our own, times ten).
OPEN_SECONDS: Final = 30.0
#: Seconds in which a question has to be answered: 2,400 prints against 100,000 take 0.2 (our own). A picture
#: is held for 1.5 s at most (bar 3 of the guard).
ASK_SECONDS: Final = 1.2
_START: Final = (
    "import sys; sys.path[:0] = sys.argv[3:];"
    " from tutela.prevent.guard.lists.holding import main; main(*sys.argv[1:3])"
)


class ChildGoneError(Exception):
    """The process is gone, did not answer in time, or said what no such process says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What the list says about itself, and the layers of the sandbox that do not work on this system."""

    header: Header
    missing_layers: tuple[str, ...]


class Child:
    """One process with one list. Thread-safe: questions are answered one after another.

    It ends with the thread that started it (Linux), so whoever starts one lives as long.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-S",
                    "-c",
                    _START,
                    current_path(),
                    str(os.getpid()),
                    *import_folders(),
                ],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                cwd="/",
                close_fds=True,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether the process is still there."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def open(self, order: frames.Order) -> Opened:
        """Return once the list is open. Raises the error with which it is refused, ChildGoneError."""
        kind, payload = self._exchange(frames.OPEN, frames.render_order(order), OPEN_SECONDS)
        try:
            if kind == frames.REFUSED:
                raise frames.parse_refusal(payload)
            if kind != frames.OPENED or not payload:
                raise ValueError("neither opened nor refused")
            return Opened(header=parse_header(payload[1:]), missing_layers=missing_layers(payload[0]))
        except ValueError as error:
            raise ChildGoneError from error

    def ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Met:
        """What the picture meets. Raises ChildGoneError, ValueError for prints of a wrong shape."""
        question = frames.render_question(digests, prints)
        kind, payload = self._exchange(frames.ASK, question, ASK_SECONDS)
        try:
            if kind != frames.ANSWER:
                raise ValueError("not an answer")
            return frames.parse_answer(payload)
        except ValueError as error:
            raise ChildGoneError from error

    def end(self) -> None:
        """Ends the process, after the question that it is at. Safe to call twice."""
        with self._lock:
            self._kill()

    def _exchange(self, kind: int, payload: bytes, seconds: float) -> tuple[int, bytes]:
        """The answer to one message. Raises ChildGoneError; the process is ended then."""
        with self._lock:
            try:
                self._ours.settimeout(seconds)
                self._ours.sendall(frames.render_message(kind, payload))
                return frames.read_message(self._read, frames.ANSWER_BYTES_MAX)
            except (OSError, EOFError, ValueError) as error:
                self._kill()
                raise ChildGoneError from error

    def _read(self, size: int) -> bytes:
        whole = b""
        while len(whole) < size:
            piece = self._ours.recv(size - len(whole))
            if not piece:
                raise EOFError
            whole += piece
        return whole

    def _kill(self) -> None:
        self._ours.close()
        self._process.kill()
        self._process.wait()


def gone() -> Unavailable:
    """The sentence for a process that is gone."""
    return Unavailable("the process that holds the list stopped; it is being started again")
