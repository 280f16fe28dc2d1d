from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.detect.service.hma.desk import Desk
from tests.detect.service.hma.exports import MD5, PDQ
from tests.detect.service.making import NoPool, header
from tutela.detect.service.applied import APPLIED
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.hma.status import SITE_MAP


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.mark.parametrize("path", ["/", "/status", "/status/live"])
def test_a_service_that_is_up_says_hmas_word(desk: Desk, path: str) -> None:
    answer = desk.ask("GET", path, token="anybody")
    assert (answer.status_code, answer.text) == (200, "I-AM-ALIVE")


def test_a_service_without_sandbox_is_not_loaded_but_alive(tmp_path: Path) -> None:
    desk = Desk(tmp_path, pool=NoPool())
    assert (desk.ask("GET", "/status").status_code, desk.ask("GET", "/status").text) == (
        503,
        "INDEX-NOT-LOADED",
    )
    assert desk.ask("GET", "/status/live").status_code == 200
    desk.close()


def test_a_service_whose_lists_are_still_to_come_is_not_loaded(desk: Desk) -> None:
    made = Draft(list="SHOP", act="create", caller="c", header=header("SHOP"))
    MemoryChangeLog.append(desk.log, made)
    assert desk.ask("GET", "/status").text == "INDEX-NOT-LOADED"


def test_a_service_that_fell_behind_is_stale(desk: Desk, tmp_path: Path) -> None:
    os.utime(tmp_path / APPLIED, (1, 1))
    assert (desk.ask("GET", "/status").status_code, desk.ask("GET", "/status").text) == (503, "INDEX-STALE")


def test_the_site_map_names_hmas_paths(desk: Desk) -> None:
    assert desk.get("/site-map") == sorted(SITE_MAP)


def test_index_status_counts_values_by_signal_type(desk: Desk) -> None:
    assert desk.get("/m/index/status")["pdq"] == {"present": False, "built_to": -1, "size": 0}
    desk.bank(pdq=PDQ, video_md5=MD5), desk.bank(pdq=PDQ)
    status = desk.get("/m/index/status")
    assert {name: one["size"] for name, one in status.items()} == {"pdq": 2, "video_md5": 1}
    assert status["pdq"]["present"] and status["pdq"]["built_to"] > 1_700_000_000
    assert list(desk.get("/m/index/status", signal_type="pdq")) == ["pdq"]
    assert desk.ask("GET", "/m/index/status", params={"signal_type": "x"}).status_code == 400
    other = desk.get("/c/signal_type/index")["pdq"]
    assert (other["db_size"], other["index_size"], other["index_out_of_date"]) == (2, 2, False)


def test_types_are_those_of_the_settings(desk: Desk) -> None:
    assert desk.get("/c/signal_type") == [
        {"name": "pdq", "enabled_ratio": 1.0},
        {"name": "video_md5", "enabled_ratio": 1.0},
    ]
    assert desk.get("/c/content_type") == [
        {"name": "photo", "enabled": True},
        {"name": "video", "enabled": True},
    ]
    assert desk.ask("PUT", "/c/signal_type/pdq", json={"enabled_ratio": 0}).status_code == 403


def test_exchanges_are_empty_and_nothing_is_fetched(desk: Desk) -> None:
    assert desk.get("/c/exchanges") == desk.get("/c/exchanges/apis") == []
    assert desk.ask("POST", "/c/exchanges", json={"bank": "X", "api": "ncmec"}).status_code == 403
    assert desk.ask("GET", "/c/exchange/X").status_code == 404
    assert desk.ask("GET", "/c/exchange/X/status").status_code == 404
    for method, path in (("GET", "ncmec"), ("POST", "ncmec"), ("GET", "ncmec/schema")):
        assert desk.ask(method, f"/c/exchanges/api/{path}", json={}).status_code == 400
