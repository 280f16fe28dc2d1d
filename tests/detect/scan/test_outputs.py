"""The output folder: private, taken up only when asked, complete after the run."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.detect.scan.making import KNOWN, Bench, folder_of
from tutela.detect.scan.outputs import ScanDescription, open_output
from tutela.detect.scan.sources import open_sources
from tutela.detect.scan.totals import Tally
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Unavailable

CLOCK = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
LISTS = [{"name": "demo", "version": "1", "known_good": False, "distance_bits": 31}]


def _scan(folder: Path, output: Path, *, resume: bool = False) -> Tally:
    description = ScanDescription(places=[str(folder)], lists=LISTS, settings=[], versions=[])
    with open_output(output, resume=resume) as opened:
        Bench(journal=opened.journal).scanner(opened.findings).run(open_sources([str(folder)]))
        return opened.write_results(description, CLOCK)


def test_everything_is_written_and_private(tmp_path: Path) -> None:
    contents = [("a.jpg", KNOWN), ("b.jpg", b"picture b"), ("=cmd.txt", b"words")]
    tally = _scan(folder_of(tmp_path / "files", contents), tmp_path / "out")
    assert tally.by_status == {"known": 1, "unknown": 2}
    names = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()}
    assert names == dict.fromkeys(
        ("findings.csv", "findings.jsonl", "groups.jsonl", "journal.sqlite", "report.html"), 0o600
    )
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    table = (tmp_path / "out" / "findings.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert sorted(row["status"] for row in rows) == ["known", "unknown", "unknown"]
    assert {row["group"] for row in rows if row["media_kind"] == "jpeg"} == {"1"}
    (group,) = (tmp_path / "out" / "groups.jsonl").read_text().splitlines()
    assert json.loads(group)["size"] == 2
    assert "1 known file and 0 candidates among 3 files" in (tmp_path / "out" / "report.html").read_text()


def test_a_folder_with_a_scan_is_taken_up_only_when_asked(tmp_path: Path) -> None:
    files = folder_of(tmp_path / "files", [("a.jpg", KNOWN)])
    _scan(files, tmp_path / "out")
    with pytest.raises(Conflict, match="--resume"):
        _scan(files, tmp_path / "out")
    folder_of(tmp_path / "files", [("b.jpg", b"picture b")])
    assert _scan(files, tmp_path / "out", resume=True).total == 2


def test_names_that_are_no_text_reach_csv_and_report(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    with open(bytes(tmp_path / "files") + b"/\xff.jpg", "wb") as file:
        file.write(KNOWN)
    _scan(tmp_path / "files", tmp_path / "out")
    assert "\\xff.jpg" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert ".jpg" in (tmp_path / "out" / "findings.csv").read_text("utf-8")


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable), open_output(tmp_path / "file" / "out", resume=False):
        pass
