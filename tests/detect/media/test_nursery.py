"""The parent's hold on workers: greetings, frames, patience, burial."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.detect.media.opening import opened
from tutela.arithmetic import forced_path
from tutela.detect.media import protocol
from tutela.detect.media.nursery import (
    Nursery,
    Patience,
    Worker,
    WorkerGoneError,
    WorkerSlowError,
)
from tutela.detect.media.shapes import WEB, Ask
from tutela.kernel.errors import Unavailable


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery("picture", bytes_max=WEB.worker_bytes_max) as started:
        yield started


def test_a_worker_greets_once_and_serves(nursery: Nursery) -> None:
    worker = nursery.worker()
    ready = worker.greet()
    assert worker.greet() is ready
    with opened(b"text") as fd:
        request = protocol.Request(operation=protocol.DIGESTS_ONLY, size_bytes=4, ask=Ask())
        worker.order(request, fd)
    kind, payload = worker.read_frame(Patience(10), protocol.PAYLOAD_MAX)
    assert kind == protocol.DIGESTS
    assert protocol.parse_digests(payload, size_bytes=4).size_bytes == 4
    ended = nursery.bury(worker)
    assert ended.signal_number in (0, signal.SIGKILL)  # it may leave by itself when its socket closes
    assert ended.peak_bytes > 1 << 20
    assert ended.cpu_seconds > 0


def test_a_worker_that_was_killed_says_by_what(nursery: Nursery) -> None:
    worker = nursery.worker()
    os.kill(worker.greet().pid, signal.SIGTERM)
    with pytest.raises(WorkerGoneError):
        worker.read_frame(Patience(10), protocol.PAYLOAD_MAX)
    assert nursery.bury(worker).signal_number == signal.SIGTERM


def test_a_worker_that_never_greeted_can_be_buried(nursery: Nursery) -> None:
    assert nursery.bury(nursery.worker()).cpu_seconds == 0.0


def test_a_dead_nursery_starts_no_worker() -> None:
    nursery = Nursery("picture", bytes_max=WEB.worker_bytes_max)
    nursery.close()
    assert not nursery.alive
    with pytest.raises(Unavailable):
        nursery.worker()


def test_an_unknown_kind_never_greets() -> None:
    with Nursery("nonsense", bytes_max=WEB.worker_bytes_max) as nursery, pytest.raises(Unavailable):
        nursery.worker().greet()


def test_patience_ends() -> None:
    ours, theirs = socket.socketpair()
    worker = Worker(ours)
    with theirs, pytest.raises(WorkerSlowError):
        worker.read_frame(Patience(0.01), 10)
    with pytest.raises(WorkerSlowError):
        worker.read_frame(Patience(0), 10)
    worker.close()


def test_a_frame_that_is_too_long_is_not_read() -> None:
    ours, theirs = socket.socketpair()
    worker = Worker(ours)
    with theirs:
        theirs.sendall(protocol.HEAD.pack(protocol.FORM, 11))
        with pytest.raises(ValueError, match="longer"):
            worker.read_frame(Patience(5), 10)
    worker.close()


def test_frames_may_come_in_pieces() -> None:
    ours, theirs = socket.socketpair()
    worker = Worker(ours)
    frame = protocol.HEAD.pack(7, 5) + b"hello"
    with theirs:
        theirs.sendall(frame + frame[:3])
        assert worker.read_frame(Patience(5), 10) == (7, b"hello")
        theirs.sendall(frame[3:])
        assert worker.read_frame(Patience(5), 10) == (7, b"hello")
    worker.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at the command line in /proc")
def test_workers_compute_as_the_process_that_starts_them() -> None:
    with forced_path("numpy"), Nursery("picture", bytes_max=WEB.worker_bytes_max) as started:
        worker = started.worker()
        worker.greet()  # it took this path over, or it would have ended
        told = Path(f"/proc/{started._process.pid}/cmdline").read_bytes().split(b"\0")
        started.bury(worker)
    assert b"numpy" in told
