"""A connection that goes nowhere but where the guard said, and keeps its budgets at every step."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator

import httpcore2
import pytest

from tests.kernel.egress.speaking import authority, head_of, ok, speaker
from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.connecting import deadline_after
from tutela.kernel.egress.guarding import Way
from tutela.kernel.egress.proxies import SocksProxy
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.streaming import Budget, BudgetStream, PinnedBackend, opened_way
from tutela.kernel.egress.urls import parse_url


def budget(seconds: float = 5, *, read_seconds: float = 2, head_bytes_max: int = 100) -> Budget:
    deadline = deadline_after(SystemClock(), seconds)
    return Budget(deadline, read_seconds=read_seconds, head_bytes_max=head_bytes_max)


def backend(url: str, *addresses: str, proxy: SocksProxy | None = None, seconds: float = 5) -> PinnedBackend:
    way = Way(url=parse_url(url), addresses=addresses, proxy=proxy)
    return PinnedBackend(way, budget(seconds), connect_seconds=1)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


Pair = tuple[socket.socket, socket.socket]


def stopped_reading(stream: BudgetStream) -> str:
    with pytest.raises(StoppedError) as caught:
        stream.read(1_000)
    return caught.value.reason


def test_no_more_than_the_stage_allows_is_read(pair: Pair) -> None:
    limits = budget(head_bytes_max=4)
    stream = BudgetStream(pair[0], limits, handshake_seconds=1)
    pair[1].sendall(b"headbodyrest")
    assert stream.read(3) == b"hea"
    assert stream.read(1_000) == b"d"
    assert stopped_reading(stream) == "headers_too_large"
    limits.body(4)
    assert stream.read(1_000) == b"body"
    assert stopped_reading(stream) == "too_large"
    assert (limits.received_bytes, limits.ended) == (8, False)


def test_the_end_is_seen(pair: Pair) -> None:
    limits = budget()
    pair[1].close()
    assert BudgetStream(pair[0], limits, handshake_seconds=1).read(10) == b""
    assert limits.ended


def test_silence_and_the_deadline_end_a_read(pair: Pair) -> None:
    assert (
        stopped_reading(BudgetStream(pair[0], budget(read_seconds=0.01), handshake_seconds=1)) == "too_slow"
    )
    assert stopped_reading(BudgetStream(pair[0], budget(0), handshake_seconds=1)) == "too_slow"


def test_a_broken_line_is_said_and_a_broken_write_leaves_the_answer_to_be_read(pair: Pair) -> None:
    stream = BudgetStream(pair[0], budget(), handshake_seconds=1)
    pair[1].close()
    with pytest.raises(httpcore2.WriteError):
        stream.write(b"x" * 1_000_000)


def test_everything_is_written_or_it_is_too_slow(pair: Pair) -> None:
    stream = BudgetStream(pair[0], budget(read_seconds=0.2), handshake_seconds=1)
    got: list[bytes] = []

    def take() -> None:
        while sum(map(len, got)) < 1_000_000:
            got.append(pair[1].recv(65_536))

    thread = threading.Thread(target=take)
    thread.start()
    stream.write(b"x" * 1_000_000)
    thread.join(5)
    with pytest.raises(StoppedError) as caught:
        stream.write(b"x" * 10_000_000)
    assert caught.value.reason == "too_slow"


def test_nothing_of_the_socket_is_told_but_tls(pair: Pair) -> None:
    stream = BudgetStream(pair[0], budget(), handshake_seconds=1)
    assert stream.get_extra_info("ssl_object") is None
    assert stream.get_extra_info("socket") is None


def secured(port: int, name: str, context: ssl.SSLContext) -> httpcore2.NetworkStream:
    stream = backend(f"https://host.example:{port}/", "127.0.0.1").connect_tcp(name, port)
    return stream.start_tls(context, name)


def test_tls_names_the_host_and_an_end_without_farewell_is_a_cut() -> None:
    server, client = authority("host.example")

    def cut(talking: socket.socket) -> None:
        talking.sendall(b"half")
        raw = socket.socket(fileno=talking.detach())
        raw.shutdown(socket.SHUT_RDWR)
        raw.close()

    with speaker(cut, context=server, hear=None) as there:
        stream = secured(there.port, "host.example", client)
        assert isinstance(stream, BudgetStream)
        assert stream.get_extra_info("ssl_object").server_hostname == "host.example"
        assert stream.read(100) == b"half"
        assert stopped_reading(stream) == "cut_short"
        stream.close()


def test_a_name_that_is_not_proven_is_no_connection() -> None:
    server, client = authority("host.example")
    with speaker(ok(), context=server) as there, pytest.raises(StoppedError) as caught:
        secured(there.port, "other.example", client)
    assert caught.value.reason == "tls_failed"


def test_the_backend_goes_to_the_address_whatever_name_stands_in_the_request() -> None:
    with speaker(b"here", hear=None) as there:
        door = backend(f"http://host.example:{there.port}/", "127.0.0.1")
        stream = door.connect_tcp("169.254.169.254", 80)
        assert stream.read(10) == b"here"
        assert door.met == "127.0.0.1"
        stream.close()


def test_a_bare_socket_goes_to_the_address_of_the_way() -> None:
    with speaker(b"here", hear=None) as there:
        url = parse_url(f"http://host.example:{there.port}/")
        with opened_way(Way(url=url, addresses=("127.0.0.1",)), budget(5.0), connect_seconds=1) as opened:
            assert opened.recv(10) == b"here"


def test_nobody_there_and_no_time_left_are_two_things() -> None:
    for seconds, reason in ((5.0, "connect_failed"), (0.0, "too_slow")):
        with pytest.raises(StoppedError) as caught:
            backend("http://host.example:1/", "127.0.0.1", seconds=seconds).connect_tcp("host.example", 1)
        assert caught.value.reason == reason


def waits(leave: threading.Event) -> None:
    leave.wait(5)


def socks_server(talking: socket.socket) -> None:
    """A proxy that says yes and then speaks for the host."""
    talking.recv(3)
    talking.sendall(b"\x05\x00")
    talking.recv(1_000)
    talking.sendall(b"\x05\x00\x00\x01" + bytes(6))
    head_of(talking)
    talking.sendall(b"onion")


@pytest.mark.parametrize(("url", "addresses"), [("http://abc.onion/", ()), ("http://1.1.1.1/", ("1.1.1.1",))])
def test_through_the_proxy_comes_the_host(url: str, addresses: tuple[str, ...]) -> None:
    with speaker(socks_server, hear=None) as there:
        door = backend(url, *addresses, proxy=SocksProxy(address="127.0.0.1", port=there.port))
        stream = door.connect_tcp("abc.onion", 80)
        stream.write(b"GET\r\n\r\n")
        assert stream.read(10) == b"onion"
        assert door.met == ""
        stream.close()


def test_a_proxy_that_is_not_there_refuses_or_leaves_has_failed() -> None:
    with speaker(lambda talking: talking.sendall(b"\x05\xff"), hear=None) as refusing:
        ports = [1, refusing.port]
        for port in ports:
            door = backend("http://abc.onion/", proxy=SocksProxy(address="127.0.0.1", port=port))
            with pytest.raises(StoppedError) as caught:
                door.connect_tcp("abc.onion", 80)
            assert caught.value.reason == "proxy_failed"


def test_a_proxy_that_says_nothing_is_left_at_the_deadline() -> None:
    leave = threading.Event()
    with speaker(lambda _: waits(leave), hear=None) as silent:
        proxy = SocksProxy(address="127.0.0.1", port=silent.port)
        with pytest.raises(StoppedError) as caught:
            backend("http://abc.onion/", proxy=proxy, seconds=0.1).connect_tcp("abc.onion", 80)
        leave.set()
    assert caught.value.reason == "proxy_failed"
