from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.kernel.egress.speaking import LOOPBACK, ok, speaker
from tutela.kernel.egress.addresses import AddressPolicy
from tutela.kernel.egress.browser_proxy import BrowserProxy, ProxyBounds, browser_arguments
from tutela.kernel.egress.guarding import Guard
from tutela.kernel.egress.resolving import FixedResolver

NAMES = FixedResolver(table={"host.test": [("127.0.0.1",)], "mixed.test": [("127.0.0.1", "169.254.169.254")]})


def guard(*ports: int, policy: AddressPolicy | None = LOOPBACK) -> Guard:
    return Guard(policy=policy, ports=ports, resolver=NAMES)


def say(proxy: BrowserProxy, head: bytes, *, then: bytes = b"") -> bytes:
    """All that comes back for a request; ``then`` is sent into a tunnel that was opened."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as browser:
        browser.sendall(head)
        got = b""
        while piece := browser.recv(65_536):
            got += piece
            if then and b"established" in got:
                browser.sendall(then)
                then = b""
        return got


def until(reached: Callable[[], bool]) -> bool:
    for _ in range(500):
        if reached():
            return True
        time.sleep(0.01)
    return False


def plain(port: int, host: str = "host.test") -> bytes:
    return f"GET http://{host}:{port}/picture HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def test_a_plain_question_is_answered_by_the_host() -> None:
    with speaker(ok(b"a picture")) as host, BrowserProxy(guard(host.port)) as proxy:
        assert say(proxy, plain(host.port)).endswith(b"a picture")
        assert host.received[0].startswith(b"GET /picture HTTP/1.1\r\nHost: host.test:")
    assert proxy.refused == {}


def test_a_tunnel_passes_on_what_is_said_in_it() -> None:
    with (
        speaker(b"hello", hear=lambda talking: talking.recv(100)) as host,
        BrowserProxy(guard(host.port)) as proxy,
    ):
        head = f"CONNECT host.test:{host.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        assert say(proxy, head, then=b"client hello").endswith(b"\r\n\r\nhello")
        assert host.received == [b"client hello"]


@pytest.mark.parametrize("host_name", ["127.0.0.1", "[::1]", "localhost", "mixed.test", "nowhere.test"])
def test_what_the_guard_refuses_is_met_by_nobody_and_the_browser_is_told_no_more(host_name: str) -> None:
    with speaker(ok()) as host, BrowserProxy(guard(host.port, policy=None)) as proxy:
        tunnel = f"CONNECT {host_name}:{host.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        answers = {say(proxy, plain(host.port, host_name)), say(proxy, tunnel)}
        assert answers == {b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"}
        assert host.connections == 0
        assert until(lambda: sum(proxy.refused.values()) == 2)


def test_a_browser_that_breaks_off_in_the_middle_is_counted() -> None:
    with BrowserProxy(guard()) as proxy:
        browser = socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
        browser.sendall(b"GET http://host.test")
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no end
        browser.close()
        assert until(lambda: proxy.refused.get("cut_short") == 1)


def test_a_port_that_is_not_on_the_list_is_refused() -> None:
    with speaker(ok()) as host, BrowserProxy(guard(443)) as proxy:
        assert b"403" in say(proxy, plain(host.port))
        assert until(lambda: proxy.refused == {"port_refused": 1})


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"A" * 40_000, "headers_too_large"),
        (b"GET http://host.test/ HTTP/1.1\r\n\r\nmore", "url_unreadable"),
    ],
)
def test_a_head_without_an_end_is_refused(head: bytes, reason: str) -> None:
    with (
        BrowserProxy(guard(80)) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as browser,
    ):
        browser.sendall(head)
        assert until(lambda: proxy.refused == {reason: 1})


def test_a_head_that_drips_ends_with_the_connection_s_time() -> None:
    with (
        BrowserProxy(guard(80), ProxyBounds(connection_seconds=0.3)) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as browser,
    ):
        with suppress(OSError):  # it is closed in the middle
            for sign in b"GET http://":
                browser.sendall(bytes([sign]))
                time.sleep(0.05)
        assert until(lambda: proxy.refused == {"too_slow": 1})


def test_nothing_follows_a_question_in_the_clear() -> None:
    def heard(talking: socket.socket) -> bytes:
        talking.settimeout(5)
        got = talking.recv(1_000)
        while piece := talking.recv(1_000):
            got += piece
        return got

    with (
        speaker(b"", hear=heard) as host,
        BrowserProxy(guard(host.port)) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as browser,
    ):
        browser.sendall(plain(host.port))
        time.sleep(0.1)
        browser.sendall(b"POST /admin HTTP/1.1\r\nHost: x\r\n\r\n")
        assert until(lambda: proxy.refused == {"too_large": 1})
        assert until(lambda: bool(host.received))
    assert b"POST" not in host.received[0]


def test_more_bytes_than_one_browser_may_take_end_the_connection() -> None:
    with (
        speaker(ok(b"x" * 50_000)) as host,
        BrowserProxy(guard(host.port), ProxyBounds(received_bytes_max=10_000)) as proxy,
    ):
        assert len(say(proxy, plain(host.port))) <= 10_000
        assert until(lambda: proxy.refused == {"too_large": 1})


def test_more_connections_than_there_are_places_are_closed() -> None:
    with (
        BrowserProxy(guard(80), ProxyBounds(connections_max=1)) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as first,
    ):
        first.sendall(b"GET ")
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as second:
            assert until(lambda: proxy.refused == {"host_busy": 1})
            assert second.recv(1) == b""


def test_closing_ends_what_is_open() -> None:
    proxy = BrowserProxy(guard(80))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as browser:
        browser.sendall(b"GET ")
        time.sleep(0.05)
        proxy.close()
        proxy.close()
        assert browser.recv(1) == b""
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", proxy.port), timeout=1)


def test_the_arguments_leave_no_other_way() -> None:
    told = " ".join(browser_arguments(4711))
    assert (
        "127.0.0.1:4711" in told
        and "<-loopback>" in told
        and "~NOTFOUND" in told
        and "--disable-quic" in told
    )
