"""The proxy over TLS, HTTP/2 and WebSocket; what it writes and says; how it starts and stops."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http import client as http_client  # noqa: TID251 - a browser's side of the proxy
from pathlib import Path

import pytest

from tests.prevent.guard.proxy.conftest import HELD, SHOWN, Guarded
from tests.prevent.guard.proxy.origin import Answer, Authority, Site, authority, get, server_context, serving
from tests.prevent.guard.proxy.peers import (
    http2_get,
    http2_site,
    listening,
    socket_messages,
    socket_site,
    tunnel,
)
from tutela.kernel.errors import Invalid, Unavailable
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.running import RunningProxy, Setup


@pytest.fixture(scope="module")
def site_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("site"), "site")


@pytest.fixture
def setup(device_authority: Authority, site_authority: Authority, tmp_path: Path) -> Setup:
    return Setup(authority=device_authority.pem, folder=tmp_path / "none", trusted=site_authority.file)


@pytest.fixture
def secure_site(site_authority: Authority, tmp_path: Path) -> Iterator[Site]:
    with serving(Site(), server_context(tmp_path, site_authority)) as site:
        site.answers |= {"/held": Answer(HELD, "image/jpeg"), "/shown": Answer(SHOWN, "image/png")}
        yield site


@contextmanager
def running(setup: Setup) -> Iterator[RunningProxy]:
    with RunningProxy(FakeJudge([HELD]), setup) as proxy:
        yield proxy


def test_pictures_over_tls(setup: Setup, secure_site: Site, device_authority: Authority) -> None:
    with running(setup) as proxy:
        url = f"https://127.0.0.1:{secure_site.port}"
        assert get(proxy.port, url + "/held", trust=device_authority.client).body == blanks.RASTER
        assert get(proxy.port, url + "/shown", trust=device_authority.client).body == SHOWN
    assert not setup.folder.exists()


def test_a_site_whose_certificate_is_not_trusted_is_not_shown(
    setup: Setup, secure_site: Site, device_authority: Authority
) -> None:
    with running(replace(setup, trusted=device_authority.file)) as proxy:
        got = get(proxy.port, f"https://127.0.0.1:{secure_site.port}/shown", trust=device_authority.client)
        assert got.status == 502
        assert b"127.0.0.1" not in got.body
        assert b"mitm" not in got.body + repr(got.headers).encode()


@pytest.mark.parametrize("names", [{"localhost"}, {"*.localhost", "LOCALHOST"}])
def test_a_host_on_the_list_keeps_its_own_certificate(
    names: set[str], setup: Setup, secure_site: Site, site_authority: Authority, device_authority: Authority
) -> None:
    listed = replace(setup, policy=Policy(never_intercepted=frozenset(names)))
    with running(listed) as proxy:
        url = f"https://localhost:{secure_site.port}/held"
        assert get(proxy.port, url, trust=site_authority.client).body == HELD
        with pytest.raises(ssl.SSLError):
            get(proxy.port, url, trust=device_authority.client)
        other = f"https://127.0.0.1:{secure_site.port}/held"
        assert get(proxy.port, other, trust=device_authority.client).body == blanks.RASTER


@pytest.mark.parametrize(
    "before", [Policy(intercepts=False), Policy(never_intercepted=frozenset({"localhost"}))]
)
def test_a_connection_that_was_left_alone_ends_once_it_no_longer_is(
    before: Policy, setup: Setup, secure_site: Site, site_authority: Authority, device_authority: Authority
) -> None:
    def asked(connection: http_client.HTTPSConnection) -> bytes:
        connection.request("GET", "/held")
        return connection.getresponse().read()

    with running(replace(setup, policy=before)) as proxy:
        opened = http_client.HTTPSConnection(
            "127.0.0.1", proxy.port, context=site_authority.client, timeout=5
        )
        with closing(opened) as connection:
            connection.set_tunnel("localhost", secure_site.port)
            assert asked(connection) == HELD
            connection.auto_open = 0
            proxy.change(replace(before, films="check"))
            assert asked(connection) == HELD, "what is left alone still goes on"
            proxy.change(Policy())
            url = f"https://localhost:{secure_site.port}/held"
            assert get(proxy.port, url, trust=device_authority.client).body == blanks.RASTER
            with pytest.raises((http_client.HTTPException, OSError)):
                asked(connection)


class Slowly(list[bytes]):
    """Pieces of an answer, the last of which waits until it may be sent."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__(pieces)
        self.may_end = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield from self[:-1]
        self.may_end.wait(5)
        yield self[-1]


@pytest.mark.parametrize(
    "before", [Policy(intercepts=False), Policy(never_intercepted=frozenset({"localhost"}))]
)
def test_an_answer_that_was_left_alone_ends_once_it_no_longer_is(before: Policy, setup: Setup) -> None:
    slowly = Slowly([b"data: 1\n\n", HELD])
    site = Site({"/slow": Answer(pieces=slowly), "/held": Answer(HELD, "image/jpeg")})
    with serving(site), running(replace(setup, policy=before)) as proxy:
        held = f"http://localhost:{site.port}/held"
        idle = http_client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
        slow = http_client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
        with closing(idle), closing(slow):
            idle.request("GET", held)
            assert idle.getresponse().read() == HELD
            slow.request("GET", f"http://localhost:{site.port}/slow")
            coming = slow.getresponse()
            assert coming.read(len(slowly[0])) == slowly[0]
            proxy.change(Policy())
            assert get(proxy.port, held).body == blanks.RASTER
            slowly.may_end.set()
            with pytest.raises((http_client.HTTPException, OSError)):
                coming.read()
            idle.auto_open = 0
            idle.request("GET", held)
            assert idle.getresponse().read() == blanks.RASTER, "what has ended breaks nothing off"


def test_a_host_on_the_list_is_left_alone_without_tls_too(setup: Setup) -> None:
    listed = replace(setup, policy=Policy(never_intercepted=frozenset({"localhost"})))
    with (
        serving(Site({"/held": Answer(HELD, "image/jpeg", headers={"Alt-Svc": "h3"})})) as site,
        running(listed) as proxy,
    ):
        got = get(proxy.port, f"http://localhost:{site.port}/held", {"Range": "bytes=0-9"})
        assert (got.body, got.headers["alt-svc"], site.asked[0]["range"]) == (HELD, "h3", "bytes=0-9")
        assert get(proxy.port, f"http://127.0.0.1:{site.port}/held").body == blanks.RASTER


@pytest.mark.parametrize(("sent", "comes"), [(HELD, blanks.RASTER), (SHOWN, SHOWN)])
def test_pictures_over_http2(
    sent: bytes,
    comes: bytes,
    setup: Setup,
    site_authority: Authority,
    device_authority: Authority,
    tmp_path: Path,
) -> None:
    talk = http2_site(
        server_context(tmp_path, site_authority), sent, {"content-type": "image/png", "alt-svc": "h3"}
    )
    with listening(talk) as port, running(setup) as proxy:
        got = http2_get(proxy.port, port, device_authority.client)
    assert (got.status, got.body) == (200, comes)
    assert "alt-svc" not in got.headers


def test_messages_with_pictures_are_dropped(guarded: Guarded) -> None:
    with listening(socket_site(["one", HELD, b"head" + SHOWN, b"\0\1two"])) as port:
        assert socket_messages(guarded.proxy.port, port, "three") == ["one", b"\0\1two", "three"]
    assert guarded.blocked == ["undecided"] * 2


def test_what_is_no_http_does_not_pass(guarded: Guarded) -> None:
    heard: list[bytes] = []

    def talk(peer: socket.socket) -> None:
        heard.append(peer.recv(100))
        peer.sendall(SHOWN)

    with listening(talk) as port, tunnel(guarded.proxy.port, port) as peer:
        peer.sendall(b"\0\1\2\3 no HTTP\r\n\r\n")
        assert SHOWN[:8] not in peer.recv(1000)
    assert heard in ([], [b""])


def test_nothing_is_logged_and_nothing_is_written(
    setup: Setup, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    before = sorted(tmp_path.rglob("*"))
    with serving(Site({"/secret": Answer(HELD, "image/jpeg")})) as site, running(setup) as proxy:
        assert get(proxy.port, f"http://127.0.0.1:{site.port}/secret").body == blanks.RASTER
        assert get(proxy.port, "http://127.0.0.1:1/secret").status == 502
        assert get(proxy.port, "http://nobody.invalid/secret").status == 502
        with pytest.raises(OSError, match="Tunnel"):
            get(proxy.port, "https://127.0.0.1:1/secret", trust=ssl.create_default_context())
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_page_of_an_error_names_nobody(guarded: Guarded) -> None:
    got = get(guarded.proxy.port, "http://127.0.0.1:1/secret")
    shown = got.body + repr(got.headers).encode()
    assert not any(one in shown for one in (b"mitm", b"127.0.0.1", b"secret", b"refused"))


def test_it_stops_with_its_connections_and_starts_again(setup: Setup) -> None:
    before = threading.active_count()
    with running(setup) as proxy:
        port = proxy.port
        waiting = socket.create_connection(("127.0.0.1", port))
        assert [proxy.alive] == [True]
    assert [proxy.alive] == [False]
    assert waiting.recv(1) == b""
    waiting.close()
    proxy.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with running(replace(setup, port=port)) as again:
        assert again.port == port
    assert threading.active_count() <= before


def test_a_port_that_is_taken_is_said(setup: Setup) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Unavailable, match="port"):
        RunningProxy(FakeJudge(), replace(setup, port=taken.getsockname()[1])).start()


def test_it_listens_on_loopback_only(guarded: Guarded) -> None:
    assert guarded.proxy.port > 1023
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", guarded.proxy.port), 2)


def test_an_authority_that_cannot_be_read_is_refused(setup: Setup) -> None:
    with pytest.raises(Invalid):
        RunningProxy(FakeJudge(), replace(setup, authority=b"nothing"))


def test_it_listens_on_the_address_that_was_named(setup: Setup) -> None:
    with running(replace(setup, host="127.0.0.2")) as proxy:
        with socket.create_connection(("127.0.0.2", proxy.port), timeout=5):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def test_it_says_whether_anything_was_asked_since_the_last_time(
    setup: Setup, secure_site: Site, device_authority: Authority
) -> None:
    with running(setup) as proxy:
        assert not proxy.take_asked()
        get(proxy.port, f"https://127.0.0.1:{secure_site.port}/shown", trust=device_authority.client)
        assert proxy.take_asked() and not proxy.take_asked()
