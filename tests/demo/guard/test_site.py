"""The site answers over TLS, in HTTP/1.1 and WebSocket, under its own authority."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutela.demo.guard.deliveries import Answer
from tutela.demo.guard.site import HOST, OTHER_HOST, Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site")) as one:
        yield one


def talk(site: Site, said: bytes, host: str = HOST) -> bytes:
    """What comes back until the connection ends or nothing comes for a while."""
    context = ssl.create_default_context(cafile=str(site.authority_file))
    port = int(site.url.rpartition(":")[2])
    got = b""
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        secure.sendall(said)
        secure.settimeout(1)
        try:
            while piece := secure.recv(65_536):
                got += piece
        except TimeoutError:
            pass
    return got


def get(path: str, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode()


def test_answers_by_path_and_one_connection_after_another(site: Site) -> None:
    site.put({"/one": Answer(body=b"first"), "/end": Answer(body=b"last", ends=True)})
    got = talk(site, get("/one") + get("/nothing") + get("/end"), OTHER_HOST)
    assert b"first" in got and b" 404 " in got and got.endswith(b"last")
    site.put({})
    assert b" 404 " in talk(site, get("/one"))


def test_pieces_come_in_chunks(site: Site) -> None:
    site.put({"/camera": Answer(pieces=(b"one", b"two"), pause_seconds=0.001)})
    assert talk(site, get("/camera")).endswith(b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")


def test_a_socket_says_its_messages_and_closes(site: Site) -> None:
    site.put({"/ws": Answer(messages=(b"12", "three"))})
    got = talk(site, get("/ws", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"))
    assert got.startswith(b"HTTP/1.1 101") and got.endswith(b"\x82\x0212\x81\x05three\x88\x00")


def test_who_talks_nonsense_is_left(site: Site) -> None:
    assert talk(site, b"nonsense\r\n\r\n") == b""


def test_nobody_else_is_vouched_for(site: Site) -> None:
    with pytest.raises(ssl.SSLError):
        talk(site, get("/"), "bank.test")


def test_it_ends_with_its_connections(tmp_path: Path) -> None:
    with Site(tmp_path) as one:
        port = int(one.url.rpartition(":")[2])
        plain = socket.create_connection(("127.0.0.1", port), 5)
        context = ssl.create_default_context(cafile=str(one.authority_file))
        waiting = context.wrap_socket(plain, server_hostname=HOST)
        assert one.places.http2 != one.url and one.places.other_host.startswith(f"https://{OTHER_HOST}")
    with waiting:
        assert waiting.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
