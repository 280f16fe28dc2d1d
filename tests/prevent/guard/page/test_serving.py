"""The page starts and stops in a thread of its own, on loopback alone, and leaves nothing behind."""

from __future__ import annotations

import logging
import socket
import threading
from http import client as http_client  # noqa: TID251 - the client of these tests

import pytest

from tests.prevent.guard.page.conftest import Home
from tests.prevent.guard.page.visiting import Visitor
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.page.serving import BODY_BYTES_MAX, LOGGERS, ROUTES, PageServer, silent
from tutela.prevent.guard.system.ports import PAGE


def test_it_starts_stops_and_starts_again_on_its_port(home: Home) -> None:
    before = threading.active_count()
    with PageServer(home.folder, home.running, port=0) as page:
        port = page.port
        assert [page.alive] == [True] and port > 1023 and PAGE == 8705
        assert Visitor(port).get("/").status == 200
        waiting = socket.create_connection(("127.0.0.1", port), 5)
    assert [page.alive] == [False] and waiting.recv(1) == b""
    waiting.close()
    page.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with PageServer(home.folder, home.running, port=port) as again:
        assert again.port == port
    assert threading.active_count() <= before


def test_a_port_that_is_taken_is_told(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Unavailable, match="port"):
        PageServer(home.folder, home.running, port=taken.getsockname()[1]).start()


def test_it_listens_on_loopback_only(server: PageServer) -> None:
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", server.port), 2)


def test_a_large_form_is_not_read(owner: Visitor) -> None:
    owner.get("/diary")
    try:
        got = owner.post("/diary", text="x" * (BODY_BYTES_MAX + 1))
    except (ConnectionError, http_client.HTTPException):
        return
    assert got.status in (400, 413)


def test_a_session_ends_with_the_page(home: Home, server: PageServer, owner: Visitor) -> None:
    server.stop()
    with PageServer(home.folder, home.running, port=server.port, device_clock=home.device_clock):
        assert owner.get("/diary").location == "/"


def test_garbage_is_answered_without_a_line(
    server: PageServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for sent in (b"\0\1\2\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"PUT\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
            peer.sendall(sent)
            peer.settimeout(5)
            assert b"tutela" not in peer.recv(4000).lower()
    assert caplog.text == "" and capfd.readouterr() == ("", "")
    assert Visitor(server.port).get("/").status == 200


def test_loggers_are_silent_for_a_while_and_as_before_then(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with silent():
        for name in LOGGERS:
            logging.getLogger(name).critical("a line")
    assert caplog.text == ""
    for name in LOGGERS:
        logging.getLogger(name).critical("a line")
    assert len(caplog.records) == len(LOGGERS)


def test_looking_at_every_page_writes_nothing(home: Home, owner: Visitor) -> None:
    def kept() -> dict[str, tuple[bytes, int]]:
        files = (path for path in home.folder.path.parent.rglob("*") if path.is_file())
        return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    before = kept()
    for path in ROUTES:
        assert owner.get(path).status in (200, 204, 303, 405), path
    owner.get("/help?country=DE")
    owner.post("/report", day="2026-05-04", way="network", kind="near", text="A bridge.")
    owner.sign_in("not this one at all")
    owner.post("/lock")
    assert kept() == before


def test_every_address_is_lower_case_and_tells_nothing() -> None:
    assert all(path == path.lower() and "block" not in path and "abuse" not in path for path in ROUTES)
