"""Films in a proxy that runs: how many are kept, what they leave free, and the real judge behind it."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mitmproxy.proxy.layers import http

from tests.detect.media.film_files import encoded
from tests.pictures import jpeg, landscape, png
from tests.prevent.guard.judging.making import known_of
from tests.prevent.guard.proxy.conftest import HELD, SHOWN, Guarded
from tests.prevent.guard.proxy.origin import Answer, Authority, Site, get, serving
from tests.prevent.guard.proxy.peers import listening
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.judging.ladder import open_judge
from tutela.prevent.guard.judging.shapes import JudgeRules
from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.proxy.limits import OwnLimit, own_limits
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.running import RunningProxy, Setup
from tutela.prevent.guard.shapes import HOLD_SECONDS, Ruling
from tutela.prevent.guard.shapes import SHOWN as PASSED

FILM = b"\0\0\0\x20ftypisom" + bytes(5_000)
ADDRESS = "data:image/jpeg;base64," + base64.b64encode(HELD).decode()
LONG = FILM + bytes(90_000)


def test_limits_of_single_answers_are_in_force_while_the_proxy_runs() -> None:
    before = http.HttpStream
    with own_limits():
        assert http.HttpStream is OwnLimit
    assert http.HttpStream is before is not OwnLimit


PIECES = {
    "a list": ("application/vnd.apple.mpegurl", b"#EXTM3U\n"),
    "a list under another type": ("text/plain", b"#EXTM3U\n"),
    "a piece": ("video/mp4", b"\0\0\0\x10styp" + bytes(8) + b"\0\0\0\x10moof" + bytes(8)),
    "a piece of WebM, undeclared": ("", b"\x1f\x43\xb6\x75" + bytes(900)),
    "a piece of MPEG-TS": ("video/mp2t", (b"G" + bytes(187)) * 9),
}


@pytest.mark.parametrize("declared", ["video/mp4", "application/octet-stream", "text/plain"])
def test_films_are_held_where_they_are_not_checked(guarded: Guarded, declared: str) -> None:
    assert guarded.get(Answer(FILM, declared)).body == blanks.RASTER
    assert guarded.get(Answer(SHOWN, "audio/mpeg"), {"Sec-Fetch-Dest": "video"}).body == blanks.RASTER
    assert guarded.blocked == ["undecided"] * 2


@pytest.mark.parametrize("name", PIECES)
def test_pieces_of_streams_are_held_where_they_do_not_pass(guarded: Guarded, name: str) -> None:
    declared, body = PIECES[name]
    assert guarded.get(Answer(body, declared)).body == blanks.RASTER
    assert guarded.blocked == ["undecided"]


class TestWhereFilmsAreChecked:
    """And pieces of streams pass."""

    video = {"Range": "bytes=0-", "Sec-Fetch-Dest": "video"}  # noqa: RUF012 - never written to

    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(films="check", segments="pass", body_bytes_max=20_000, film_bytes_max=200_000)

    @pytest.mark.parametrize("declared", ["video/mp4", "application/octet-stream", "", "image/png"])
    def test_a_film_is_ruled_on_and_asked_for_whole(self, guarded: Guarded, declared: str) -> None:
        assert guarded.get(Answer(FILM, declared), self.video).body == FILM
        guarded.judge.held.append(FILM)
        got = guarded.get(Answer(FILM, declared), self.video)
        assert (got.status, got.body, guarded.blocked) == (200, blanks.RASTER, ["exact"])
        assert not any("range" in one for one in guarded.site.asked)

    def test_a_film_longer_than_other_bodies_is_kept_whole(self, guarded: Guarded) -> None:
        long = FILM + bytes(150_000)
        assert guarded.get(Answer(long, "video/mp4")).body == long
        assert guarded.get(Answer(long, ""), self.video).body == long
        guarded.judge.held.append(long)
        assert guarded.get(Answer(long, "video/mp4")).body == blanks.RASTER
        assert guarded.get(Answer(long + bytes(60_000), "video/mp4")).body == blanks.RASTER
        assert guarded.blocked == ["exact", "undecided"]

    def test_a_film_without_an_end_is_held(self, guarded: Guarded) -> None:
        pieces = [FILM] * 10
        got = guarded.get(Answer(pieces=pieces, content_type="video/mp4"))
        assert (got.body, got.headers["content-length"]) == (blanks.RASTER, str(len(blanks.RASTER)))
        assert guarded.get(Answer(pieces=pieces), self.video).body == blanks.RASTER
        assert guarded.get(Answer(pieces=[FILM[:99], FILM[99:]], content_type="video/mp4")).body == FILM
        assert guarded.get(Answer(FILM + bytes(99_000), "video/mp4", length=False)).body == blanks.RASTER

    def test_a_film_that_is_cut_off_is_not_handed_on(self, guarded: Guarded) -> None:
        fields = {"Content-Length": str(len(FILM) + 30_000)}
        got = guarded.get(Answer(FILM, "video/mp4", headers=fields, length=False))
        assert FILM[:40] not in got.body
        assert guarded.get(Answer(FILM + bytes(150_000), "video/mp4")).body == FILM + bytes(150_000)

    def test_a_piece_of_a_film_is_held(self, guarded: Guarded) -> None:
        for body in (FILM, PIECES["a piece"][1]):
            got = guarded.get(Answer(body, "video/mp4", 206, {"Content-Range": "bytes 0-5/9"}), self.video)
            assert (got.status, got.body) == (200, blanks.RASTER)

    def test_films_inside_other_bodies_and_under_types_of_texts_are_held(self, guarded: Guarded) -> None:
        page = f"<video src='data:video/mp4;base64,{base64.b64encode(FILM).decode()}'>".encode()
        assert blanks.RASTER_ADDRESS in guarded.get(Answer(page, "text/html")).body
        assert guarded.get(Answer(FILM, "text/html")).body == blanks.RASTER

    def test_pictures_under_the_type_of_a_film_are_ruled_on(self, guarded: Guarded) -> None:
        assert guarded.get(Answer(HELD, "video/mp4"), self.video).body == blanks.RASTER
        assert guarded.get(Answer(SHOWN, "video/mp4"), self.video).body == SHOWN
        page = f"<img src={ADDRESS}>".encode()
        assert ADDRESS.encode() not in guarded.get(Answer(page, "text/html"), self.video).body

    @pytest.mark.parametrize("name", PIECES)
    def test_pieces_of_streams_pass(self, guarded: Guarded, name: str) -> None:
        declared, body = PIECES[name]
        assert guarded.get(Answer(body, declared)).body == body
        assert guarded.judge.asked == []

    def test_a_long_download_that_is_a_film_or_a_piece_is_broken_off(self, guarded: Guarded) -> None:
        for body in (FILM + bytes(90_000), PIECES["a piece"][1] + bytes(90_000)):
            got = guarded.get(Answer(body, "application/octet-stream"))
            assert (got.body, got.broken) == (b"", True)

    def test_sound_passes_in_ranges(self, guarded: Guarded) -> None:
        asked = {"Range": "bytes=0-", "Sec-Fetch-Dest": "audio"}
        got = guarded.get(Answer(FILM, "audio/mp4", 206, {"Content-Range": "bytes 0-5/9"}), asked)
        assert (got.status, got.body, guarded.site.asked[0]["range"]) == (206, FILM, "bytes=0-")


class Slow(FakeJudge):
    """Takes its time for films only."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.films = threading.Event(), 0

    def rule(self, untrusted_content: bytes, *, within_seconds: float = HOLD_SECONDS) -> Ruling:
        if b"ftyp" in untrusted_content[:16]:
            self.films += 1
            self.gate.wait(within_seconds + 2)
        return PASSED


class TestFilmsUnderWay:
    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(films="check", body_bytes_max=20_000, film_bytes_max=200_000, films_waiting_max=3)

    @pytest.fixture
    def judge(self) -> Slow:
        return Slow()

    def test_pictures_pass_and_more_films_than_have_a_place_are_held(
        self, guarded: Guarded, judge: Slow
    ) -> None:
        guarded.site.answers["/film"] = Answer(LONG, "video/mp4")
        found: list[bytes] = []
        url = f"http://127.0.0.1:{guarded.site.port}/film"
        threads = [
            threading.Thread(target=lambda: found.append(get(guarded.proxy.port, url).body)) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 10
        while judge.films < 2:
            time.sleep(0.01)
            assert time.monotonic() < deadline
        start = time.monotonic()
        for _ in range(8):
            assert guarded.get(Answer(SHOWN, "image/png")).body == SHOWN
        assert time.monotonic() - start < 5
        assert get(guarded.proxy.port, url).body == blanks.RASTER  # two of 90 kB are kept already
        judge.gate.set()
        for thread in threads:
            thread.join()
        assert found == [LONG, LONG]
        assert get(guarded.proxy.port, url).body == LONG

    def test_a_film_that_nobody_waits_for_any_more_leaves_its_place(
        self, guarded: Guarded, judge: Slow
    ) -> None:
        for _ in range(4):
            fields = {"Content-Length": "150000"}
            answer = Answer(LONG, "video/mp4", headers=fields, length=False)
            assert LONG[:40] not in guarded.get(answer).body
        judge.gate.set()
        assert guarded.get(Answer(LONG, "video/mp4")).body == LONG

    @pytest.mark.parametrize("sent", [60_000, 150_000])
    def test_a_browser_that_goes_away_leaves_the_place_of_its_film(
        self, guarded: Guarded, judge: Slow, sent: int
    ) -> None:
        """While the film is fetched, and while it is looked at."""
        under_way = threading.Event()

        def talk(peer: socket.socket) -> None:
            peer.recv(65_536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 150000\r\n\r\n")
            peer.sendall((FILM + bytes(150_000))[:sent])
            under_way.set()
            peer.recv(1)

        with listening(talk) as port:
            for _ in range(3):
                under_way.clear()
                with socket.create_connection(("127.0.0.1", guarded.proxy.port)) as browser:
                    browser.sendall(f"GET http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: a.test\r\n\r\n".encode())
                    assert under_way.wait(10)
                    time.sleep(0.2)
        judge.gate.set()
        deadline = time.monotonic() + 10
        while guarded.get(Answer(LONG, "video/mp4")).body != LONG:
            assert time.monotonic() < deadline


class TestWithAJudgeWhoIsLateForFilms:
    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(films="check", film_seconds=0.2)

    @pytest.fixture
    def judge(self) -> Slow:
        return Slow()

    def test_the_film_is_held(self, guarded: Guarded) -> None:
        start = time.monotonic()
        assert guarded.get(Answer(LONG, "video/mp4")).body == blanks.RASTER
        assert time.monotonic() - start < 5
        assert guarded.get(Answer(SHOWN, "image/png")).body == SHOWN


KNOWN, OTHER = landscape(90, 160, 120), landscape(91, 160, 120)


def film(*scenes: object, container: str = "mp4") -> bytes:
    options = {"g": "10", "keyint_min": "10", "sc_threshold": "0"}
    pictures = [np.asarray(one) for one in scenes for _ in range(10)]
    return encoded(pictures, rate=10, options=options, container=container)


@pytest.fixture(scope="module")
def real(
    device_authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, RunningProxy]]:
    """A site behind a guard with the real judge, which knows one picture."""
    judge = open_judge(known_of(jpeg(KNOWN, quality=90)), rules=JudgeRules(lockdown_required=False))
    folder: Path = tmp_path_factory.mktemp("real") / "none"
    policy = Policy(films="check", film_seconds=30, hold_seconds=30)
    setup = Setup(authority=device_authority.pem, folder=folder, policy=policy)
    with serving(Site()) as site, RunningProxy(judge, setup) as proxy:
        yield site, proxy
    judge.close()


@pytest.mark.parametrize("container", ["mp4", "matroska"])
@pytest.mark.parametrize("declared", ["video/mp4", ""])
def test_a_film_is_looked_at_before_it_goes_on(
    real: tuple[Site, RunningProxy], container: str, declared: str
) -> None:
    site, proxy = real
    clear, listed = film(OTHER, OTHER, container=container), film(OTHER, KNOWN, OTHER, container=container)
    for body, expected in (
        (clear, clear),
        (listed, blanks.RASTER),
        (clear[:-900], blanks.RASTER),
        (png(KNOWN), blanks.RASTER),
        (png(OTHER), png(OTHER)),
    ):
        site.answers["/x"] = Answer(body, declared)
        assert get(proxy.port, f"http://127.0.0.1:{site.port}/x").body == expected
