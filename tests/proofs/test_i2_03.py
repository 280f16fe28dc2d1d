"""The parts of bar 3 that need no running service."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from proofs.bare_hash import cpu_seconds_a_file
from proofs.figure import Figure
from proofs.i2_03 import _record_hour, _record_load
from proofs.list_hour import BLOCK, MINUTE, drafts, growth
from proofs.processes import cpu_by_kind, memory_bytes, spent
from proofs.upload_client import FOUND, NOT_FOUND, Plan, _read, moments, uploads_of
from proofs.upload_files import BYTES, BYTES_OFF, FILLERS, LISTED_EVERY, entries_of, make_files
from tutela.detect.matching.live_writer import TAIL_ROWS_MAX
from tutela.detect.service.holds import HoldRules

PLAN = Plan(port=1, token="t", folder="", connections=4, seconds=2.0, per_second=100.0)
ASKED = {"milliseconds": [5.0] * 99 + [9.0], "wrong": {}, "answers": {}, "seconds": 1.0, "cpu_seconds": 0.02}
LOAD = {
    "bare": [0.0013, 0.0012],
    "used": {"service": 0.07, "media": 0.12, "follower": 0.0},
    "per_second": 70.0,
    **dict.fromkeys(("closed", "steady", "poisson"), ASKED),
}
HOUR = {"seconds": 9.0, "held": 0, "asked": ASKED, "bytes": {"service-1, no file's": [50_000_000] * 4}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("uploads")
    make_files(made, 3)
    return made


def test_uploads_are_different_pictures_of_the_size_that_the_bar_names(folder: Path) -> None:
    files = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]
    assert len(set(files)) == 3
    assert all(abs(len(data) - BYTES) <= BYTES_OFF for data in files)
    assert entries_of(folder)[0].kind == "sha256" and LISTED_EVERY > 3


def test_a_listed_file_must_be_found_and_no_other(folder: Path) -> None:
    plan = Plan(port=1, token="t", folder=str(folder), connections=1, seconds=1.0)
    assert Counter(one.status for one in uploads_of(plan)) == {FOUND: 1, NOT_FOUND: 2}
    assert _read(b"HTTP/1.1 200 OK", b'{"status": "known"}') == (200, FOUND)
    assert _read(b"HTTP/1.1 429 x", b'{"error": {"code": "busy"}}') == (429, "busy")
    assert _read(b"", b"") == (0, "unreadable")


def test_open_runs_have_their_moments_fixed_beforehand() -> None:
    steady = list(moments(PLAN, 10.0))
    assert len(steady) in (200, 201) and steady[:2] == [10.0, 10.01]
    random = Plan(port=1, token="t", folder="", connections=4, seconds=2.0, per_second=100.0, poisson=True)
    assert list(moments(random, 0.0)) == list(moments(random, 0.0)) != list(moments(PLAN, 0.0))


def test_hashing_alone_takes_time(folder: Path) -> None:
    files = [path.read_bytes() for path in folder.glob("*.jpg")]
    assert 0.0001 < cpu_seconds_a_file(files, 0.05) < 0.1


def test_an_hour_takes_away_what_it_adds_and_merges_a_tail_every_other_minute() -> None:
    standing: dict[str, set[str]] = {}
    largest = removed = 0
    for draft in drafts("hotline", 20 * MINUTE):
        if draft.act == "retire":
            del standing[draft.list]
            continue
        rows = standing.setdefault(draft.list, set())
        assert set(draft.ids) <= rows
        removed += len(draft.ids)
        rows |= {one.entry for one in draft.entries}
        rows -= set(draft.ids)
        largest = max(largest, len(rows))
    assert largest == 2 * BLOCK > TAIL_ROWS_MAX
    assert list(standing) == ["hotline"] and len(standing["hotline"]) <= 20
    assert 3 * removed < FILLERS * HoldRules().shrink_percent_max / 100


def test_growth_is_that_of_the_second_half() -> None:
    percent, megabytes = growth([100, 100, 110, 110])
    assert percent == pytest.approx(10.0) and megabytes == pytest.approx(1e-5)


def test_processes_are_seen() -> None:
    before = cpu_by_kind(os.getpid())
    assert before["supervisor"] > 0 and memory_bytes(os.getpid())[0] > memory_bytes(os.getpid())[1] > 1 << 20
    assert spent(before, before) == dict.fromkeys(before, 0.0)


@pytest.mark.parametrize(
    ("load", "hour"),
    [
        ({}, {}),
        ({"used": {"service": 0.12, "media": 0.12, "follower": 0.0}}, {}),
        ({"closed": ASKED | {"wrong": {"500": 1}}}, {}),
        ({"steady": ASKED | {"milliseconds": [5.0] * 9 + [50.0]}}, {}),
        ({}, {"held": 1}),
        ({}, {"bytes": {"service-1, no file's": [50, 50, 60, 60]}}),
        ({}, {"asked": ASKED | {"wrong": {"never answered": 1}}}),
    ],
)
def test_the_bar_holds_only_when_all_of_it_does(
    tmp_path: Path, load: dict[str, Any], hour: dict[str, Any]
) -> None:
    figure = Figure(bar="i2-3", tier="full", folder=tmp_path)
    _record_load(figure, LOAD | load, "full")
    _record_hour(figure, HOUR | hour, "full")
    assert figure.passed is not bool(load or hour)
