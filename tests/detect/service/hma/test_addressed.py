"""``url=``: hosts on loopback, the guarded fetcher, the real sandbox; the address stands nowhere after."""

from __future__ import annotations

import hashlib
import io
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.detect.service import telling
from tests.detect.service.hma.desk import RULES, Desk, encoded, picture
from tests.detect.service.telling import letters
from tests.kernel.egress.speaking import Speak, fetcher, moved, ok, speaker
from tutela.detect.media.pool import MediaPool
from tutela.detect.service.fetched import Fetches
from tutela.detect.service.hma.rules import HmaRules
from tutela.detect.service.problems import Busy
from tutela.detect.service.running import Service
from tutela.kernel import log
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher

URL = "https://pictures.example/a"
FETCHING = replace(RULES, urls=True)
PICTURE = encoded(picture())
#: An ISO media file by its first bytes: a film.
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"film" * 20


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool() as pool:
        yield pool


def desk(folder: Path, *, rules: HmaRules = FETCHING, pool: Any = None, **settings: Any) -> Desk:
    """A desk whose addresses lead to nothing yet."""
    desk = Desk(folder, pool=pool, rules=rules, **settings)
    desk.service.fetches = Fetches(ReplayFetcher({}), metrics=desk.service.figures.metrics)
    return desk


@pytest.fixture
def fetching(tmp_path: Path, pool: MediaPool) -> Iterator[Desk]:
    made = desk(tmp_path, pool=pool, body_bytes_max=2_000_000)
    yield made
    made.close()


def lead_to(desk: Desk, *, body: bytes, **answer: Any) -> None:
    """Lets ``URL`` answer so."""
    recorded = ReplayFetcher({URL: Recorded(body=body, **answer)})
    desk.service.fetches = Fetches(recorded, metrics=desk.service.figures.metrics)


def counted(desk: Desk, outcome: str) -> bool:
    """Whether just one fetch came out so."""
    said = desk.service.figures.metrics.exposition().decode()
    return f'tutela_service_fetches_total{{outcome="{outcome}"}} 1.0' in said


def test_coops_calls_find_the_picture_at_an_address(fetching: Desk) -> None:
    """Coop hashes the address, then asks for each signal by itself (hmaService, hashContentFromUrl)."""
    fetching.ask("POST", "/c/banks", json={"name": "COOP_ORG1_SHOP"})
    known = fetching.send("/c/bank/COOP_ORG1_SHOP/content", PICTURE).json()
    with speaker(ok(PICTURE, "Content-Type: image/png")) as host:
        fetching.service.fetches = Fetches(fetcher(host.port))
        hashes = fetching.ask(
            "GET", "//h/hash", params={"url": f"http://127.0.0.1:{host.port}/a?b=c&d"}
        ).json()
    assert host.received[0].startswith(b"GET /a?b=c&d HTTP/1.1")
    assert hashes == known["signals"] and list(hashes) == ["pdq"]
    for signal_type, signal in hashes.items():
        asked = {"signal_type": signal_type, "signal": signal}
        found = fetching.ask("GET", "//m/lookup", params=asked).json()
        assert found == {"COOP_ORG1_SHOP": [{"bank_content_id": known["id"], "distance": "0"}]}
    assert fetching.service.admission.held_bytes == fetching.service.admission.in_hand == 0


def test_coops_banking_of_reported_media_makes_a_content(fetching: Desk) -> None:
    fetching.ask("POST", "/c/banks", json={"name": "SHOP"})
    lead_to(fetching, body=PICTURE)
    sent = {"url": URL, "content_id": "7", "content_uri": URL, "metadata": "{}", "note": "seen"}
    made = fetching.ask("POST", "/c/bank/SHOP/content", params=sent)
    assert made.status_code == 200
    (found,) = fetching.send("/m/lookup", PICTURE).json()["pdq"]["SHOP"]
    assert found["bank_content_id"] == made.json()["id"]
    kept = fetching.log.after(0)[-1]
    assert {one.note for one in kept.entries} == {"seen"} and "example" not in repr(kept)


@pytest.mark.parametrize(("body", "word"), [(PICTURE, "photo"), (FILM, "video")], ids=["photo", "film"])
def test_an_address_is_answered_as_its_file(fetching: Desk, body: bytes, word: str) -> None:
    fetching.bank(video_md5=hashlib.md5(FILM).hexdigest())
    fetching.send("/c/bank/SHOP/content", PICTURE)
    lead_to(fetching, body=body, headers={"content-type": "application/octet-stream"})
    for path in ("/h/hash", "/m/lookup"):
        sent = fetching.send(path, body, field=word)
        assert sent.status_code == 200 and all(sent.json().values())
        for more in ({}, {"content_type": word}):
            assert fetching.get(path, url=URL, **more) == sent.json()
    (name,) = sent.json()
    assert fetching.get("/m/lookup", url=URL, signal_type=name) == sent.json()[name]


def test_what_the_query_says_counts_more_than_what_it_is(fetching: Desk) -> None:
    lead_to(fetching, body=PICTURE)
    assert fetching.get("/h/hash", url=URL, content_type="video") == {
        "video_md5": hashlib.md5(PICTURE).hexdigest()
    }
    for wrong in ({"content_type": "text"}, {"types": "video_md5"}):
        assert fetching.ask("GET", "/h/hash", params={"url": URL, **wrong}).status_code == 400
    wrong = {"signal_type": "video_md5"}
    assert fetching.ask("GET", "/m/lookup", params={"url": URL, **wrong}).status_code == 400


def test_a_found_file_is_told_to_web_hooks_with_its_reference(fetching: Desk) -> None:
    with telling.opened() as hooks:
        fetching.service.hooks = hooks
        fetching.bank(video_md5=hashlib.md5(FILM).hexdigest())
        lead_to(fetching, body=FILM)
        asked: dict[str, Any] = {"params": {"url": URL}, "headers": {"X-Tutela-Reference": "post-1"}}
        assert fetching.ask("GET", "/m/lookup", **asked).json()["video_md5"]["SHOP"]
        assert [letter["reference"] for letter in letters(hooks)] == ["post-1"]


def test_the_watch_takes_note_of_addresses(fetching: Desk) -> None:
    fetching.bank(video_md5=hashlib.md5(FILM).hexdigest())
    lead_to(fetching, body=PICTURE)
    before = len(fetching.watch.told)
    fetching.get("/m/lookup", url=URL)
    assert len(fetching.watch.told) == before + 1
    fetching.watch.most = 0
    assert fetching.ask("GET", "/m/lookup", params={"url": URL}).status_code == 403


def test_who_asks_too_often_has_nothing_fetched(fetching: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = ReplayFetcher({URL: Recorded(body=PICTURE)})
    fetching.service.fetches = Fetches(recorded)
    fetching.ask("POST", "/c/banks", json={"name": "SHOP"})

    def refuse(*_: object) -> None:
        raise Busy("too often")

    monkeypatch.setattr(Service, "check_rate", refuse)
    for method, path in (("GET", "/h/hash"), ("GET", "/m/lookup"), ("POST", "/c/bank/SHOP/content")):
        assert fetching.ask(method, path, params={"url": URL}).status_code == 429
    assert recorded.asked == []


def slowly(talking: socket.socket) -> None:
    talking.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    time.sleep(0.6)


PAGE = ok(b"<!doctype html><title>gone</title>", "Content-Type: text/html")
CASES: dict[str, tuple[bytes | Speak, int, str]] = {
    "page": (PAGE, 415, "fetched"),
    "broken": (ok(PICTURE[:2_000], "Content-Type: image/png"), 400, "fetched"),
    "too large": (ok(b"x" * 2_000_001), 413, "too_large"),
    "not found": (ok(b"gone", status="404 Not Found"), 400, "other_status"),
    "away": (ok(b"gone", status="500 Internal Server Error"), 400, "other_status"),
    "nothing": (ok(b""), 400, "empty"),
    "inside": (moved("http://169.254.169.254/latest/"), 400, "address_refused"),
    "elsewhere": (moved("file:///etc/passwd"), 400, "redirect_refused"),
    "slow": (slowly, 503, "too_slow"),
    "cut": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 503, "cut_short"),
}


@pytest.mark.parametrize("path", ["/h/hash", "/m/lookup", "/c/bank/SHOP/content"])
@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_fetched_is_never_an_empty_answer(fetching: Desk, case: str, path: str) -> None:
    fetching.bank(video_md5="ab" * 16)
    answer, status, outcome = CASES[case]
    lines = io.StringIO()
    log.configure(level="info", stream=lines)
    with speaker(answer) as host:
        door = fetcher(host.port, 80, read_seconds=0.3)
        fetching.service.fetches = Fetches(door, metrics=fetching.service.figures.metrics)
        url = f"http://127.0.0.1:{host.port}/hill.jpg"
        said = fetching.ask("POST" if path.startswith("/c") else "GET", path, params={"url": url})
    log.configure()
    assert said.status_code == status and list(said.json()) == ["message"]
    assert ("retry-after" in said.headers) is (status == 503)
    assert counted(fetching, outcome)
    for text in (said.text, lines.getvalue(), fetching.service.figures.metrics.exposition().decode()):
        assert "hill" not in text and "127.0.0.1" not in text and "passwd" not in text
    assert lines.getvalue()
    assert fetching.service.admission.held_bytes == fetching.service.admission.in_hand == 0


@pytest.mark.parametrize("url", ["", "/etc/passwd", "file:///etc/passwd", "http://a@b.example\\@127.0.0.1/"])
def test_what_is_no_address_is_400(fetching: Desk, url: str) -> None:
    answer = fetching.ask("GET", "/h/hash", params={"url": url})
    assert answer.status_code == 400 and "passwd" not in answer.text


def test_an_address_that_is_too_long_is_asked_of_nobody(fetching: Desk) -> None:
    answer = fetching.ask("GET", "/h/hash", params={"url": URL + "a" * 8_000})
    assert answer.status_code == 400 and "8000" in answer.json()["message"]
    assert "fetches_total{" not in fetching.service.figures.metrics.exposition().decode()


@pytest.mark.parametrize(("enabled", "fetches"), [(False, True), (True, False)])
def test_without_the_setting_nothing_is_fetched(tmp_path: Path, *, enabled: bool, fetches: bool) -> None:
    made = desk(tmp_path, rules=replace(RULES, urls=enabled))
    try:
        recorded = ReplayFetcher({URL: Recorded(body=PICTURE)})
        made.service.fetches = Fetches(recorded) if fetches else None
        for path in ("/h/hash", "/m/lookup"):
            answer = made.ask("GET", path, params={"url": URL}, token="asker")
            assert answer.status_code == 403 and "guarded network door" in answer.json()["message"]
        assert recorded.asked == []
    finally:
        made.close()


def test_no_address_is_fetched_for_who_may_not_ask(fetching: Desk) -> None:
    recorded = ReplayFetcher({URL: Recorded(body=PICTURE)})
    fetching.service.fetches = Fetches(recorded)
    fetching.ask("POST", "/c/banks", json={"name": "SHOP"})
    for method, path, token, status in (
        ("GET", "/h/hash", "nobody", 401),
        ("GET", "/m/lookup", "match", 403),
        ("POST", "/c/bank/SHOP/content", "asker", 403),
        ("POST", "/c/bank/OTHER/content", "all", 404),
    ):
        assert fetching.ask(method, path, params={"url": URL}, token=token).status_code == status
    assert recorded.asked == []
