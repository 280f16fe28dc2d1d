"""SOCKS5 towards a proxy that keeps to the standard, and towards some that do not (RFC 1928)."""

from __future__ import annotations

import socket
import struct
import threading

import pytest

from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.connecting import deadline_after
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.socks import greet

CHOSEN = b"\x05\x00"
BOUND = b"\x05\x00\x00\x01" + bytes(6)


def greeted(replies: list[bytes], host: str = "abc.onion", seconds: float = 2) -> tuple[bytes, bytes]:
    """What the proxy heard, and what the connection says right after the greeting."""
    ours, theirs = socket.socketpair()
    heard: list[bytes] = []

    def serve() -> None:
        with theirs:
            for reply in replies:
                heard.append(theirs.recv(1_000))
                theirs.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with ours:
            greet(ours, host, 80, deadline_after(SystemClock(), seconds))
            ours.settimeout(1)
            after = ours.recv(100)
    finally:
        thread.join(5)
    return b"|".join(heard), after


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("abc.onion", b"\x03\x09abc.onion"),
        ("93.184.216.34", b"\x01" + socket.inet_aton("93.184.216.34")),
        ("2606:4700::1", b"\x04" + socket.inet_pton(socket.AF_INET6, "2606:4700::1")),
    ],
)
@pytest.mark.parametrize(
    "bound", [BOUND, b"\x05\x00\x00\x03\x04name\x00\x50", b"\x05\x00\x00\x04" + bytes(18)]
)
def test_the_proxy_gets_the_name_and_not_a_byte_more_is_read(host: str, address: bytes, bound: bytes) -> None:
    heard, after = greeted([CHOSEN, bound + b"HTTP"], host)
    assert heard == b"\x05\x01\x00|\x05\x01\x00" + address + struct.pack("!H", 80)
    assert after == b"HTTP"


@pytest.mark.parametrize(
    "replies",
    [
        [b""],
        [b"\x05"],
        [b"\x05\xff"],
        [b"\x04\x00"],
        [CHOSEN, b""],
        [CHOSEN, b"\x05\x00\x00"],
        [CHOSEN, b"\x05\x01\x00\x01" + bytes(6)],
        [CHOSEN, b"\x04\x00\x00\x01" + bytes(6)],
        [CHOSEN, b"\x05\x00\x00\x02" + bytes(6)],
        [CHOSEN, BOUND[:-1]],
    ],
)
def test_a_proxy_that_says_no_or_nonsense_has_failed(replies: list[bytes]) -> None:
    with pytest.raises((StoppedError, OSError)) as caught:
        greeted(replies)
    assert getattr(caught.value, "reason", "proxy_failed") == "proxy_failed"


def test_a_name_that_does_not_fit_is_not_sent() -> None:
    with pytest.raises(StoppedError):
        greeted([CHOSEN], "a" * 256)


def test_a_silent_proxy_is_left_at_the_deadline() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(TimeoutError):
        greet(ours, "abc.onion", 80, deadline_after(SystemClock(), 0.05))
