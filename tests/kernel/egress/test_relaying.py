from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.connecting import deadline_after
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.relaying import Bounds, BytesLeft, relay

Line = tuple[socket.socket, socket.socket, socket.socket, socket.socket]


@pytest.fixture
def line() -> Iterator[Line]:
    """(the browser, its end in the relay, the host's end in the relay, the host)."""
    with ExitStack() as held:
        browser, near = (held.enter_context(one) for one in socket.socketpair())
        far, host = (held.enter_context(one) for one in socket.socketpair())
        yield browser, near, far, host


def bounds(*, received: int = 1 << 20, sent: int = 1 << 20, seconds: float = 5, silence: float = 5) -> Bounds:
    return Bounds(
        deadline=deadline_after(SystemClock(), seconds),
        silence_seconds=silence,
        received=BytesLeft(received),
        sent=BytesLeft(sent),
    )


def test_what_is_said_arrives_on_the_other_side_until_one_has_ended(line: Line) -> None:
    browser, near, far, host = line
    running = threading.Thread(target=relay, args=(near, far, bounds()))
    running.start()
    browser.sendall(b"question")
    assert host.recv(100) == b"question"
    host.sendall(b"answer")
    assert browser.recv(100) == b"answer"
    host.close()
    running.join(5)
    assert not running.is_alive()


@pytest.mark.parametrize(("received", "sent"), [(3, 100), (100, 3)])
def test_more_bytes_than_there_are_left_end_it(line: Line, received: int, sent: int) -> None:
    browser, near, far, host = line
    browser.sendall(b"four")
    host.sendall(b"four")
    with pytest.raises(StoppedError) as caught:
        relay(near, far, bounds(received=received, sent=sent))
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize(("seconds", "silence"), [(0.05, 5), (5, 0.05), (0, 5)])
def test_silence_and_the_deadline_end_it(line: Line, seconds: float, silence: float) -> None:
    _, near, far, _ = line
    with pytest.raises(StoppedError) as caught:
        relay(near, far, bounds(seconds=seconds, silence=silence))
    assert caught.value.reason == "too_slow"


def test_bytes_are_counted_over_all_connections() -> None:
    left = BytesLeft(10)
    left.take(6)
    with pytest.raises(StoppedError):
        left.take(6)
