"""No page reads a large table from end to end, or asks more the more there is; a small house shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from proofs.figure import Figure
from proofs.i4_05 import nearest
from proofs.scale_house import QUERIES_BAR, Place, record, slowest
from tests.demo.world.worlds import START
from tutela.demo.world.journal import Served

#: Reports of the two houses that are compared: more than a page holds, so that every list is full.
FEW, MANY = 130, 520
#: A visit as a step tells of it.
VISIT = {
    "address": "/items/", "role": "analyst", "status": 200, "first_seconds": 0.2, "again_seconds": 0.1,
    "queries": 9, "scanned": [],
}  # fmt: skip


@contextmanager
def house(folder: Path, reports: int) -> Iterator[Place]:
    home = folder / str(reports)
    home.mkdir(mode=0o700)
    place = Place(home=home, files=home)
    assert place.command("hotline", "init", "--demo")["code"] == 0
    place.step("fill", str(reports), "")
    yield place


@pytest.mark.slow
def test_pages_use_indexes_and_as_many_queries_in_a_larger_house(tmp_path: Path) -> None:
    asked: list[dict[tuple[str, str], int]] = []
    for reports in (FEW, MANY):
        with house(tmp_path, reports) as place:
            visits = place.step("desk", str(place.files), "senior_analyst", "administrator")["visits"]
            visits += place.step("public", str(place.files))["visits"]
        assert len(visits) > 100
        assert {one["status"] for one in visits} <= {200, 302, 403, 404}
        assert [(one["address"], one["scanned"]) for one in visits if one["scanned"]] == []
        asked.append({(one["address"], one["role"]): one["queries"] for one in visits})
    most = int(QUERIES_BAR.split()[1])
    assert max(asked[1].values()) <= most
    for page, queries in asked[1].items():
        assert queries <= asked[0][page] + 5, page


def a_row(**changed: Any) -> dict[str, Any]:
    ended = {"seconds": 1.0, "memory_bytes": 1, "code": 0}
    visits = [VISIT | changed]
    return {"desk": visits, "public": [], "disk_bytes": 1, "backup": ended, "doctor": ended}


@pytest.mark.parametrize(
    "changed", [{"first_seconds": 1.2}, {"again_seconds": 2.0}, {"status": 500}, {"scanned": ["work_job"]}]
)
def test_a_slow_page_an_error_and_a_scan_fail_the_bar(tmp_path: Path, changed: dict[str, Any]) -> None:
    for row, passes in ((a_row(), True), (a_row(**changed), False)):
        figure = Figure(bar="scale_house", tier="ci", folder=tmp_path)
        record(figure, "sqlite", row, 10)
        assert figure.passed is passes


def test_the_slowest_pages_are_named_once_with_what_any_role_waited() -> None:
    pages = [VISIT, VISIT | {"first_seconds": 0.7}, VISIT | {"address": "/jobs/"}]
    assert [(one["address"], one["first_seconds"]) for one in slowest(pages)] == [
        ("/items/", 0.7),
        ("/jobs/", 0.2),
    ]


def test_the_nearest_requests_are_those_to_one_host() -> None:
    def at(host: str, seconds: float) -> Served:
        return Served(at=START, seconds=seconds, host=host, path="/", source="", method="GET", status=200)

    assert nearest([at("a", 1.0), at("b", 1.2), at("a", 2.5), at("b", 4.0)]) == 1.5
    assert nearest([]) == float("inf")
