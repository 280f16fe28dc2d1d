"""Messages on a wire: round trip, descriptors, and what is none."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.channels.frames import MESSAGE_BYTES_MAX, close_all, receive, send

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


@given(st.dictionaries(st.text(alphabet=st.characters(exclude_categories=["Cs"])), JSON, max_size=5))
def test_what_was_sent_arrives(message: dict[str, object]) -> None:
    left, right = socket.socketpair()
    with left, right:
        send(left, message)
        assert receive(right) == (message, [])


def test_a_descriptor_travels_and_is_closed_on_exec(pair: tuple[socket.socket, socket.socket]) -> None:
    memory = os.memfd_create("bytes")
    send(pair[0], {"a": 1}, [memory])
    _, (handed,) = receive(pair[1])
    os.write(handed, b"hello")
    assert os.pread(memory, 5, 0) == b"hello"
    assert not os.get_inheritable(handed)
    close_all([memory, handed])


def test_somebody_who_took_all_of_it_may_be_gone() -> None:
    """The whole message may be read and answered before ``send`` comes back."""

    class Quick:
        """A socket whose other side is gone once the message is sent."""

        def sendmsg(self, buffers: list[bytes], *_: object) -> int:
            return sum(map(len, buffers))

        def sendall(self, data: bytes) -> None:
            raise BrokenPipeError

    send(Quick(), {"a": 1}, [0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wire",
    [b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x01{", b"\xff\xff\xff\xff", b"\x00\x00\x00\x03\xff\xfe\xfd"],
    ids=["list", "no JSON", "too long", "no text"],
)
def test_what_is_no_message_is_refused(pair: tuple[socket.socket, socket.socket], wire: bytes) -> None:
    pair[0].sendall(wire)
    with pytest.raises(ValueError):
        receive(pair[1])


@pytest.mark.parametrize("wire", [b"", b"\x00\x00", b"\x00\x00\x00\x05{"])
def test_an_end_too_early_is_told(pair: tuple[socket.socket, socket.socket], wire: bytes) -> None:
    pair[0].sendall(wire)
    pair[0].shutdown(socket.SHUT_WR)
    with pytest.raises(EOFError):
        receive(pair[1])


def test_too_long_a_message_is_not_sent(pair: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(ValueError):
        send(pair[0], {"a": "x" * MESSAGE_BYTES_MAX})


def framed(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@pytest.mark.parametrize(
    "data",
    [b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'{"a": NaN}', b'{"a": -Infinity}'],
    ids=["deep", "nan", "infinity"],
)
def test_what_no_message_of_ours_holds_is_refused(
    pair: tuple[socket.socket, socket.socket], data: bytes
) -> None:
    threading.Thread(target=pair[0].sendall, args=(framed(data),), daemon=True).start()
    with pytest.raises(ValueError):
        receive(pair[1])


def test_one_descriptor_for_each_byte_is_refused_and_all_are_closed(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for one in framed(b"{}"):
        socket.send_fds(pair[0], [bytes([one])], [0])
    with pytest.raises(ValueError, match="more descriptors"):
        receive(pair[1])
    assert len(os.listdir("/proc/self/fd")) == before


def test_who_drips_bytes_does_not_hold_us_for_longer_than_the_time_out(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    pair[1].settimeout(0.3)
    stop = threading.Event()

    def drip() -> None:
        pair[0].sendall((1_000).to_bytes(4, "big"))
        while not stop.wait(0.05):
            pair[0].sendall(b" ")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        with pytest.raises(TimeoutError):
            receive(pair[1])
    finally:
        stop.set()
        dripping.join()


def test_when_the_time_is_over_nothing_more_is_read(pair: tuple[socket.socket, socket.socket]) -> None:
    send(pair[0], {"a": 1})
    pair[1].settimeout(0.0)
    with pytest.raises(TimeoutError, match="not come whole in time"):
        receive(pair[1])
