from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.connecting import deadline_after
from tutela.kernel.egress.limited import LimitedSocket


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def limited(ours: socket.socket, *, seconds: float = 5.0, received_bytes_max: int = 100) -> LimitedSocket:
    deadline = deadline_after(SystemClock(), seconds)
    return LimitedSocket(ours, deadline, received_bytes_max=received_bytes_max)


def test_what_was_sent_is_known_to_the_byte(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    door = limited(ours)
    door.sendall(b"all of it")
    assert (door.unsent_bytes, theirs.recv(100)) == (0, b"all of it")


def test_what_stayed_here_is_known_where_the_other_side_takes_nothing(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    door = limited(ours, seconds=0.2)
    with pytest.raises(OSError):
        door.sendall(b"x" * 8_000_000)
    ours.close()
    taken = 0
    while piece := theirs.recv(1 << 20):
        taken += len(piece)
    assert taken + door.unsent_bytes == 8_000_000 and door.unsent_bytes > 0


def test_a_sum_of_bytes_is_taken_and_no_more_until_it_is_allowed_again(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    door = limited(ours, received_bytes_max=10)
    stream = door.makefile("rb")
    theirs.sendall(b"12345678\n")
    assert stream.readline() == b"12345678\n"
    door.allow(deadline_after(SystemClock(), 5.0))
    theirs.sendall(b"87654321\n")
    assert stream.readline() == b"87654321\n"
    theirs.sendall(b"too much\n")
    with pytest.raises(OSError, match="more came back"):
        stream.readline()


def test_silence_ends_with_the_deadline(pair: tuple[socket.socket, socket.socket]) -> None:
    door = limited(pair[0], seconds=0.05)
    with pytest.raises(TimeoutError):
        door.makefile("rb").readline()
    with pytest.raises(TimeoutError):
        door.sendall(b"late")


def test_closing_is_left_to_whoever_opened(pair: tuple[socket.socket, socket.socket]) -> None:
    limited(pair[0]).close()
    assert pair[0].fileno() >= 0
