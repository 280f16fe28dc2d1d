"""A connection of another account gets one sentence, no certificate, and nothing of it passes or counts."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.prevent.guard.proxy.conftest import HELD, SHOWN
from tests.prevent.guard.proxy.origin import Answer, Authority, Got, Site, get, serving
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.person.words import words_for
from tutela.prevent.guard.proxy import accounts, running
from tutela.prevent.guard.proxy.accounts import OwnAccount, answer
from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.running import RunningProxy, Setup
from tutela.prevent.guard.system.accounts import End

REFUSAL = words_for("fr").say("told.other_account")


class Somebody:
    """Says whose each connection is, and keeps the ends that it was asked of."""

    def __init__(self) -> None:
        self.is_own, self.asked = False, list[tuple[End, End]]()

    def __call__(self, peer: End, ours: End) -> bool:
        self.asked.append((peer, ours))
        return self.is_own


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Somebody:
    asked = Somebody()
    monkeypatch.setattr(running, "OwnAccount", lambda known, said: OwnAccount(known, said, asked))
    return asked


@pytest.fixture
def setup(device_authority: Authority, tmp_path: Path) -> Setup:
    return Setup(authority=device_authority.pem, folder=tmp_path / "none", refusal=REFUSAL)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as site:
        site.answers |= {"/held": Answer(HELD, "image/jpeg"), "/shown": Answer(SHOWN, "image/png")}
        yield site


@contextmanager
def guarding(setup: Setup) -> Iterator[tuple[RunningProxy, list[str]]]:
    """A proxy, and the tier of each block."""
    blocked: list[str] = []
    counting = replace(setup, blocked=lambda _path, tier: blocked.append(tier))
    with RunningProxy(FakeJudge([HELD]), counting) as proxy:
        yield proxy, blocked


def is_refusal(got: Got) -> bool:
    return got.status == 403 and got.body.decode("utf-8") == REFUSAL


@pytest.mark.parametrize("intercepts", [True, False])
def test_another_account_gets_one_sentence_whatever_the_owner_chose(
    intercepts: bool, setup: Setup, site: Site, somebody: Somebody
) -> None:
    with guarding(replace(setup, policy=Policy(intercepts=intercepts))) as (proxy, blocked):
        url = f"http://127.0.0.1:{site.port}"
        for path in ("/held", "/shown"):
            got = get(proxy.port, url + path)
            assert is_refusal(got) and got.headers["content-type"] == "text/plain; charset=utf-8"
        assert is_refusal(get(proxy.port, f"{url}/shown", method="POST"))
        assert (site.asked, blocked, proxy.take_asked()) == ([], [], False)
        somebody.is_own = True
        assert get(proxy.port, f"{url}/shown").body == SHOWN
        assert get(proxy.port, f"{url}/held").body == (blanks.RASTER if intercepts else HELD)
        assert proxy.take_asked() and len(blocked) == intercepts


def test_it_gets_no_tunnel_and_no_certificate(setup: Setup, site: Site, somebody: Somebody) -> None:
    with guarding(setup) as (proxy, _):
        with pytest.raises(OSError, match="403"):
            get(proxy.port, f"https://127.0.0.1:{site.port}/shown", trust=ssl.create_default_context())
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as peer:
            peer.sendall(b"\x16\x03\x01\x00\x2e no hello of TLS")
            peer.shutdown(socket.SHUT_WR)
            assert peer.recv(100) == b""


def test_it_is_looked_up_once_a_connection_with_both_ends(
    setup: Setup, site: Site, somebody: Somebody
) -> None:
    somebody.is_own = True
    asks = f"GET http://127.0.0.1:{site.port}/shown HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii")
    with guarding(setup) as (proxy, _):
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as peer:
            own = End(*peer.getsockname())
            for _ in range(3):
                peer.sendall(asks)
                got = b""
                while not got.endswith(SHOWN):
                    got += peer.recv(65536)
        assert somebody.asked == [(own, End("127.0.0.1", proxy.port))]


def test_one_that_says_nothing_is_not_kept(
    setup: Setup, somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SECONDS_MAX", 0.05)
    with guarding(setup) as (proxy, _):
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as peer:
            assert peer.recv(1) == b""
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as peer:
            peer.sendall(b"GET " + b"a" * 200_000)
            with pytest.raises(ConnectionResetError):
                while peer.recv(1):
                    pass
                raise ConnectionResetError


@pytest.mark.parametrize("changed", [{"host": "0.0.0.0"}, {"refusal": ""}])
def test_a_gateway_and_a_guard_of_all_accounts_serve_everybody(
    changed: dict[str, str], setup: Setup, site: Site, somebody: Somebody
) -> None:
    with guarding(replace(setup, **changed)) as (proxy, blocked):  # type: ignore[arg-type]
        assert get(proxy.port, f"http://127.0.0.1:{site.port}/held").body == blanks.RASTER
        assert (somebody.asked, len(blocked)) == ([], 1)


def test_the_owners_own_programs_are_served_as_the_device_says(setup: Setup, site: Site) -> None:
    with guarding(setup) as (proxy, _):
        assert get(proxy.port, f"http://127.0.0.1:{site.port}/shown").body == SHOWN


def test_the_answer_is_whole() -> None:
    said = answer("Só uma frase.")
    head, _, body = said.partition(b"\r\n\r\n")
    assert body == "Só uma frase.".encode() and b"Content-Length: 14" in head
    assert head.startswith(b"HTTP/1.1 403 Forbidden\r\n")
