"""The parent's hold on one kind of worker: the nursery process and the workers it forks."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import tutela
from tutela.arithmetic import current_path
from tutela.detect.media import orders, protocol
from tutela.detect.media.desk import Desk
from tutela.detect.media.shapes import Trouble
from tutela.detect.media.troubles import trouble
from tutela.kernel.errors import Unavailable

#: Start of an interpreter with all decoders on a loaded machine; about 0.2 s when idle.
START_SECONDS_MAX: Final = 30.0
#: Stays below the size from which malloc maps fresh pages for every call.
_RECEIVE_BYTES: Final = 96 << 10
#: What a nursery needs of the environment: nothing; numerical libraries must not start threads.
ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C"}


class WorkerGoneError(Exception):
    """The worker closed its end: it was killed or ended by itself."""


class WorkerSlowError(Exception):
    """The worker did not answer within the wall time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a worker ended: signal number (0 = none), peak resident bytes, CPU seconds."""

    signal_number: int
    peak_bytes: int
    cpu_seconds: float

    @property
    def trouble(self) -> Trouble:
        """What that says of the file at which it ended."""
        if self.signal_number in (signal.SIGPROF, signal.SIGXCPU):
            return trouble("refused", "cpu")
        return trouble("unreadable", "killed")


class Worker:
    """One sealed worker as the parent sees it. Used by one thread at a time."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = _Channel(channel)
        self._read, self._at = b"", 0
        self._desk: Desk | None = None
        self.items = 0
        self.batch = -1
        #: Whether it works beside those that the pool may have at once: for a second look.
        self.beside = False
        self.ready: protocol.Ready | None = None
        #: How it ended, once it is buried.
        self.ended: Ended | None = None

    def greet(self) -> protocol.Ready:
        """The worker's greeting, awaited once; Unavailable when it does not come."""
        if self.ready is None:
            try:
                frame_type, payload = self.read_frame(Patience(START_SECONDS_MAX), protocol.PAYLOAD_MAX)
                if frame_type != protocol.READY:
                    raise ValueError("no greeting")
                self.ready = protocol.parse_ready(payload)
            except (WorkerGoneError, WorkerSlowError, ValueError) as error:
                self.close()
                raise Unavailable("the media worker did not start") from error
        return self.ready

    def has_greeted(self) -> bool:
        """True when ``ready`` is known; takes in what has arrived, without waiting."""
        if self.ready is None:
            self._read += self._channel.receive_now() or b""
            if len(self._read) < protocol.READY_BYTES:
                return False
            with contextlib.suppress(Unavailable):
                self.greet()
        return self.ready is not None

    def order(self, request: protocol.Request, fd: int, pieces: Sequence[bytes] | None = None) -> None:
        """Sends one request with the file beside it, or with the desk on which its ``pieces`` are laid.

        Raises WorkerGoneError when nobody is there.
        """
        self.greet()
        try:
            if pieces is not None:
                self._desk = self._desk or Desk()
                request = replace(request, at_bytes=self._desk.lay(self.items, pieces))
                fd = self._desk.fd
            self._channel.send(protocol.render_request(request), fd)
        except OSError as error:
            raise WorkerGoneError from error
        self.items += 1

    def tell(self, message: bytes, fds: Sequence[int] = ()) -> None:
        """Sends more to a worker that is serving a request; WorkerGoneError when nobody is there."""
        try:
            self._channel.tell(message, fds)
        except OSError as error:
            raise WorkerGoneError from error

    def read_frame(self, patience: Patience, payload_max: int) -> tuple[int, bytes]:
        """(type, untrusted payload) of the next frame; ValueError for one that is too long."""
        start = self._at + protocol.HEAD.size
        if len(self._read) < start:
            start = self._fill(protocol.HEAD.size, patience) + protocol.HEAD.size
        frame_type, length = protocol.HEAD.unpack_from(self._read, self._at)
        if length > payload_max:
            raise ValueError("frame longer than allowed")
        if len(self._read) < start + length:
            start = self._fill(protocol.HEAD.size + length, patience) + protocol.HEAD.size
        self._at = start + length
        return frame_type, self._read[start : self._at]

    def fileno(self) -> int:
        """The descriptor of the parent's end."""
        return self._channel.fileno()

    @property
    def heard_bytes(self) -> int:
        """Bytes that were taken in and not read yet."""
        return len(self._read) - self._at

    def hear(self, answers: int = 1) -> bool:
        """Takes in what has arrived, without waiting; True when reading so many answers would not wait.

        So it would not either when the worker is gone or sent a frame that is too long: reading says so.
        """
        if self._has(answers):
            return True
        piece = self._channel.receive_now()
        if piece:
            self._read, self._at = self._read[self._at :] + piece, 0
        return piece == b"" or self._has(answers)

    def _has(self, answers: int) -> bool:
        at = self._at
        while at + protocol.HEAD.size <= len(self._read):
            frame_type, length = protocol.HEAD.unpack_from(self._read, at)
            at += protocol.HEAD.size + length
            answers -= frame_type == protocol.END and at <= len(self._read)
            if not answers or length > protocol.PAYLOAD_MAX:
                return True
        return False

    def close(self) -> None:
        """Closes the parent's end; a well-behaved worker then ends by itself."""
        self._channel.close()
        if self._desk is not None:
            self._desk.close()

    def _fill(self, wanted: int, patience: Patience) -> int:
        """Has at least ``wanted`` unread bytes in ``_read``; the offset of the first of them."""
        pieces = [self._read[self._at :]]
        missing = wanted - len(pieces[0])
        while missing > 0:
            piece = patience.receive(self._channel)
            if not piece:
                raise WorkerGoneError
            pieces.append(piece)
            missing -= len(piece)
        self._read, self._at = b"".join(pieces), 0
        return 0


class Patience:
    """Wall seconds that may be spent waiting for one answer; the caller's own time is free."""

    def __init__(self, seconds: float) -> None:
        self.left_seconds = seconds

    def receive(self, channel: _Channel) -> bytes:
        """Some bytes, none at the end; WorkerSlowError or WorkerGoneError when there are none."""
        start = time.monotonic()
        try:
            return channel.receive(self.left_seconds)
        finally:
            self.left_seconds -= time.monotonic() - start


class _Channel:
    """A socket that blocks in the kernel: one system call for each message, no polling before it."""

    def __init__(self, channel: socket.socket) -> None:
        self._socket = channel
        self._timeout_seconds = 0
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(int(START_SECONDS_MAX)))

    def send(self, message: bytes, fd: int) -> None:
        """Sends a message with a descriptor beside it; OSError when nobody takes it."""
        socket.send_fds(self._socket, [message], [fd])

    def tell(self, message: bytes, fds: Sequence[int]) -> None:
        """Sends a message with any number of descriptors; OSError when nobody takes it."""
        socket.send_fds(self._socket, [message], list(fds))

    def receive(self, seconds: float) -> bytes:
        """Bytes that came within ``seconds``, rounded up to a whole second."""
        if seconds <= 0:
            raise WorkerSlowError
        if math.ceil(seconds) != self._timeout_seconds:
            self._timeout_seconds = math.ceil(seconds)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(self._timeout_seconds))
        try:
            return self._socket.recv(_RECEIVE_BYTES)
        except BlockingIOError as error:
            raise WorkerSlowError from error
        except OSError as error:
            raise WorkerGoneError from error

    def receive_now(self) -> bytes | None:
        """Bytes that are there, none at the end, None when there are none yet."""
        try:
            return self._socket.recv(_RECEIVE_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def fileno(self) -> int:
        """Its descriptor."""
        return self._socket.fileno()

    def close(self) -> None:
        """Closes the parent's end."""
        self._socket.close()


def _timeval(seconds: int) -> bytes:
    """struct timeval of the running system."""
    return struct.pack("@ll", seconds, 0)


class Nursery:
    """Starts workers of one kind in milliseconds. Thread-safe; a context manager."""

    def __init__(self, kind: str, *, bytes_max: int) -> None:
        self.kind = kind
        self._bytes_max = bytes_max
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _START, kind, current_path(), *import_folders()],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                cwd="/",
                close_fds=True,
                start_new_session=True,
            )

    def worker(self) -> Worker:
        """A worker that is being started; ``greet`` waits for it. Unavailable when that fails."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                with self._lock:
                    order = orders.ORDER.pack(orders.FORK, self._bytes_max)
                    socket.send_fds(self._control, [order], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise Unavailable("the media worker could not be started") from error
        return Worker(ours)

    def bury(self, worker: Worker) -> Ended:
        """Ends a worker, whatever it is doing, and says how it ended."""
        worker.close()
        if worker.ready is None:
            return Ended(signal_number=0, peak_bytes=0, cpu_seconds=0.0)
        with self._lock, contextlib.suppress(OSError):
            os.kill(worker.ready.pid, signal.SIGKILL)  # not reaped yet, so the number is still its own
            self._control.sendall(orders.ORDER.pack(orders.REAP, worker.ready.pid))
            status, peak_kib, cpu = orders.REAPED.unpack(self._receive(orders.REAPED.size))
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            return Ended(signal_number=number, peak_bytes=peak_kib << 10, cpu_seconds=cpu / 1e6)
        return Ended(signal_number=0, peak_bytes=0, cpu_seconds=0.0)

    def close(self) -> None:
        """Ends the nursery; its workers die with it."""
        self._control.close()
        self._process.kill()  # it holds nothing; waiting for its own end would only take time
        self._process.wait()

    @property
    def alive(self) -> bool:
        """Whether the nursery process is still there."""
        return self._process.poll() is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _receive(self, size: int) -> bytes:
        whole = b""
        while len(whole) < size:
            piece = self._control.recv(size - len(whole))
            if not piece:
                raise ConnectionError
            whole += piece
        return whole


#: Where the rest is imported from: ``-I -S`` leaves only the standard library on the path.
_PATHS: Final = "import sys; sys.path[:0] = sys.argv[3:];"
#: The whole program of a nursery.
_START: Final = f"{_PATHS} from tutela.detect.media.worker import main; main(*sys.argv[1:3])"


def import_folders() -> list[str]:
    """The folder of tutela itself, then those the parent imports installed packages from."""
    own = str(Path(tutela.__file__).resolve().parents[1])
    installed = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    return list(dict.fromkeys([own, *installed]))
