from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.detect.service.hma.desk import RULES, Desk
from tests.detect.service.hma.exports import MD5, NEAR, PDQ
from tutela.demo.copies import crop, jpeg
from tutela.demo.pictures import landscape
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.media.pool import MediaPool
from tutela.detect.service.changes import Draft
from tutela.detect.service.hma.contents import computed_id
from tutela.kernel.clock import SystemClock

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
SIGNAL = {"signal": PDQ, "signal_type": "pdq"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def in_days(days: float) -> int:
    return int((SystemClock().now() + timedelta(days=days)).timestamp())


def test_signals_become_one_content(desk: Desk) -> None:
    desk.ask("POST", "/c/banks", json={"name": "SHOP"})
    answer = desk.ask("POST", "/c/bank/SHOP/signal", json={"pdq": PDQ, "video_md5": MD5.upper()})
    said = answer.json()
    assert said["signals"] == {"pdq": PDQ, "video_md5": MD5}
    for signal in ({"signal": PDQ, "signal_type": "pdq"}, {"signal": MD5, "signal_type": "video_md5"}):
        assert desk.get("/m/raw_lookup", **signal) == {"matches": [said["id"]]}


def test_a_content_is_shown_without_its_values(desk: Desk) -> None:
    number = desk.bank(pdq=PDQ)
    answer = desk.ask("GET", f"/c/bank/SHOP/content/{number}")
    assert answer.json() == {
        "id": number,
        "disable_until_ts": 1,
        "original_media_uri": None,
        "bank": {"name": "SHOP", "matching_enabled_ratio": 1.0},
        "metadata": None,
        "note": None,
    }
    refused = desk.ask("GET", f"/c/bank/SHOP/content/{number}", params={"include_signals": "true"})
    assert refused.status_code == 400 and PDQ not in refused.text


def test_a_content_is_switched_off_and_on(desk: Desk) -> None:
    number, other = desk.bank(pdq=PDQ), desk.bank(pdq=NEAR)
    path, later = f"/c/bank/SHOP/content/{number}", in_days(2)
    for stamp, shown in ((0, 0), (later, later), (str(later), later)):
        assert desk.ask("PUT", path, json={"disable_until_ts": stamp}).json()["disable_until_ts"] == shown
        assert desk.get("/m/raw_lookup", **SIGNAL) == {"matches": [other]}
    for stamp in (1, in_days(-1)):
        desk.ask("PUT", path, json={"disable_until_ts": 0})
        assert desk.ask("PUT", path, json={"disable_until_ts": stamp}).json()["disable_until_ts"] == 1
        assert desk.get("/m/raw_lookup", **SIGNAL) == {"matches": [number, other]}
    assert desk.ask("PUT", path, json={}).json()["id"] == number


@pytest.mark.parametrize(
    "stamp", [-1, "x", None, 1.5, in_days(5 * 366)], ids=["-1", "x", "none", "1.5", "far"]
)
def test_a_wrong_time_is_400(desk: Desk, stamp: Any) -> None:
    number = desk.bank(pdq=PDQ)
    answer = desk.ask("PUT", f"/c/bank/SHOP/content/{number}", json={"disable_until_ts": stamp})
    assert answer.status_code == 400 and "disable_until_ts" in answer.json()["message"]


def test_a_content_is_deleted_once(desk: Desk) -> None:
    number, _ = desk.bank(pdq=PDQ), [desk.bank(pdq=NEAR) for _ in range(30)]
    assert desk.ask("DELETE", f"/c/bank/SHOP/content/{number}").json() == {"deleted": 1}
    assert number not in desk.get("/m/raw_lookup", **SIGNAL)["matches"]
    assert desk.ask("DELETE", f"/c/bank/SHOP/content/{number}").json() == {"deleted": 0}


def test_a_content_that_is_not_live_yet_is_not_said_to_be_gone(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=replace(RULES, change_wait_seconds=0.05))
    desk.bank(pdq=PDQ)
    desk.log.follower = None
    number = desk.bank(pdq=NEAR)
    path = f"/c/bank/SHOP/content/{number}"
    for method, said in (("DELETE", None), ("PUT", {"disable_until_ts": 0})):
        answer = desk.ask(method, path, json=said)
        assert (answer.status_code, list(answer.json())) == (503, ["message"])
        assert int(answer.headers["retry-after"]) >= 1
    assert desk.log.head() == 3
    desk.follower.step()
    assert desk.ask("PUT", path, json={"disable_until_ts": 0}).status_code == 200
    assert desk.ask("DELETE", path).json() == {"deleted": 1}
    desk.follower.step()
    assert desk.ask("DELETE", path).json() == {"deleted": 0}
    desk.close()


def test_a_change_that_is_held_says_so(desk: Desk) -> None:
    number = desk.bank(pdq=PDQ)
    desk.bank(pdq=NEAR)
    answer = desk.ask("DELETE", f"/c/bank/SHOP/content/{number}")
    held = desk.shelf.state("SHOP").held
    assert (answer.status_code == 409 and "held" in answer.json()["message"]) is (held is not None)


@pytest.mark.parametrize("content", ["x", "-1", str(1 << 53), "7", str((1 << 52) + 5)])
def test_a_content_that_is_not_there_is_404(desk: Desk, content: str) -> None:
    desk.bank(pdq=PDQ)
    for method in ("GET", "PUT"):
        answer = desk.ask(method, f"/c/bank/SHOP/content/{content}", json={"disable_until_ts": 0})
        assert answer.status_code == 404 and list(answer.json()) == ["message"]


@pytest.mark.parametrize(
    "signals",
    [{}, [], {"pdq": "x"}, {"pdq": 1}, {"tlsh": "T1"}, {"pdq": "0" * 64}, {"video_md5": EMPTY_MD5}],
    ids=["none", "a list", "short", "a number", "unknown type", "black", "empty file"],
)
def test_wrong_signals_are_400_and_change_nothing(desk: Desk, signals: Any) -> None:
    desk.bank(pdq=PDQ)
    before = desk.log.head()
    answer = desk.ask("POST", "/c/bank/SHOP/signal", json=signals)
    assert answer.status_code == 400 and list(answer.json()) == ["message"]
    assert desk.log.head() == before


def test_a_film_is_listed_with_a_note(desk: Desk) -> None:
    desk.ask("POST", "/c/banks", json={"name": "SHOP"})
    sent = {"content_id": "x", "metadata": "{}"}
    answer = desk.send("/c/bank/SHOP/content", b"a film", field="video", data={**sent, "note": "n" * 255})
    assert answer.status_code == 200 and list(answer.json()["signals"]) == ["video_md5"]
    assert desk.send("/m/lookup", b"a film", field="video").json()["video_md5"]["SHOP"]
    assert desk.log.after(0)[-1].entries[0].note == "n" * 255
    refused = desk.send("/c/bank/SHOP/content", b"b film", field="video", data={"note": "n" * 256})
    assert refused.status_code == 400


def test_a_content_by_address_is_refused(desk: Desk) -> None:
    desk.ask("POST", "/c/banks", json={"name": "SHOP"})
    answer = desk.ask("POST", "/c/bank/SHOP/content", params={"url": "https://x.example"}, json={"note": "x"})
    assert answer.status_code == 403 and "guarded network door" in answer.json()["message"]


def test_a_crop_of_a_content_is_found(tmp_path: Path) -> None:
    picture = landscape(21, 640, 480)
    with MediaPool() as pool:
        desk = Desk(tmp_path, pool=pool)
        try:
            desk.ask("POST", "/c/banks", json={"name": "SHOP"})
            made = desk.send("/c/bank/SHOP/content", jpeg(picture), field="photo").json()
            found = desk.send("/m/lookup", crop(picture, 10), field="photo").json()["pdq"]["SHOP"]
        finally:
            desk.close()
    assert [one["bank_content_id"] for one in found] == [made["id"]]


class Counting:
    """A pool that counts how often something is opened."""

    def __init__(self, pool: MediaPool) -> None:
        self._pool, self.looks = pool, 0

    def examine(self, *given: Any, **named: Any) -> Any:
        self.looks += 1
        return self._pool.examine(*given, **named)


def test_a_picture_is_looked_at_once_and_a_film_not_at_all(tmp_path: Path) -> None:
    with MediaPool() as real:
        desk = Desk(tmp_path, pool=(pool := Counting(real)))
        try:
            desk.ask("POST", "/c/banks", json={"name": "SHOP"})
            content = jpeg(landscape(22, 320, 240))
            hashed = desk.send("/h/hash", content).json()
            made = [desk.send("/c/bank/SHOP/content", content).json()["signals"]]
            assert (pool.looks, made) == (2, [hashed])
            film = desk.send("/c/bank/SHOP/content", content, field="video").json()["signals"]
            assert (pool.looks, film) == (2, {"video_md5": hashlib.md5(content).hexdigest()})
        finally:
            desk.close()
    kinds = [Counter(row.kind for row in change.entries) for change in desk.log.after(0)[-2:]]
    assert kinds[1] == {"md5": 1, "sha1": 1, "sha256": 1}
    assert kinds[0]["pdq"] > 1 and kinds[0].keys() == {"md5", "sha1", "sha256", "pdq"}


def test_a_content_of_a_paused_bank_can_be_seen_and_taken_out(desk: Desk) -> None:
    desk.bank(pdq=PDQ)
    row = ListEntry(entry="ent_abc", kind="md5", value=bytes.fromhex(MD5))
    desk.log.append(Draft(list="SHOP", act="add", caller="own", entries=(row,)))
    path = f"/c/bank/SHOP/content/{computed_id('SHOP', 'ent_abc')}"
    assert desk.ask("PUT", "/c/bank/SHOP", json={"enabled": False}).status_code == 200
    assert desk.ask("GET", path).status_code == 200
    assert desk.ask("DELETE", path).json() == {"deleted": 1}
