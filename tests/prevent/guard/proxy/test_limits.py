"""Films in a proxy that runs: how many are kept, what they leave free, and the real judge behind it."""

from __future__ import annotations

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
from tests.prevent.guard.proxy.conftest import SHOWN, Guarded
from tests.prevent.guard.proxy.origin import Answer, Authority, Site, get, serving
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.judging.ladder import open_judge
from tutela.prevent.guard.judging.shapes import JudgeRules
from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.proxy.limits import OwnLimit, own_limits
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.running import RunningProxy, Setup
from tutela.prevent.guard.shapes import HOLD_SECONDS, Ruling
from tutela.prevent.guard.shapes import SHOWN as PASSED

FILM = b"\0\0\0\x20ftypisom" + bytes(90_000)


def test_limits_of_single_answers_are_in_force_while_the_proxy_runs() -> None:
    before = http.HttpStream
    with own_limits():
        assert http.HttpStream is OwnLimit
    assert http.HttpStream is before is not OwnLimit


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
        guarded.site.answers["/film"] = Answer(FILM, "video/mp4")
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
        assert found == [FILM, FILM]
        assert get(guarded.proxy.port, url).body == FILM

    def test_a_film_that_nobody_waits_for_any_more_leaves_its_place(
        self, guarded: Guarded, judge: Slow
    ) -> None:
        for _ in range(4):
            fields = {"Content-Length": "150000"}
            answer = Answer(FILM, "video/mp4", headers=fields, length=False)
            assert FILM[:40] not in guarded.get(answer).body
        judge.gate.set()
        assert guarded.get(Answer(FILM, "video/mp4")).body == FILM


class TestWithAJudgeWhoIsLateForFilms:
    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(films="check", film_seconds=0.2)

    @pytest.fixture
    def judge(self) -> Slow:
        return Slow()

    def test_the_film_is_held(self, guarded: Guarded) -> None:
        start = time.monotonic()
        assert guarded.get(Answer(FILM, "video/mp4")).body == blanks.RASTER
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
