"""Groups of near-duplicates: within the distance, numbered by first appearance, written with their places."""

from __future__ import annotations

import json
from pathlib import Path

from tests.detect.scan.test_totals import finding
from tutela.detect.scan.findings import FindingsFile
from tutela.detect.scan.groups import find_series, group_lines
from tutela.detect.scan.journal import Entry, Journal
from tutela.detect.scan.totals import media_rows

FAR, OTHER = bytes(32), b"\xff" * 32
NEAR = b"\x0f" + bytes(31)


def _scanned(tmp_path: Path, hashes: dict[str, bytes | None]) -> tuple[Journal, FindingsFile]:
    journal, findings = Journal(None), FindingsFile(tmp_path / "findings.jsonl")
    for path, value in hashes.items():
        journal.record(Entry(finding=finding(path), pdq=value))
    journal.commit(findings)
    return journal, findings


def test_pictures_within_the_distance_form_a_group(tmp_path: Path) -> None:
    journal, findings = _scanned(
        tmp_path, {"lone": b"\x55" * 32, "x": OTHER, "a": FAR, "text": None, "b": NEAR, "y": OTHER, "c": FAR}
    )
    series = find_series(journal)
    groups = [json.loads(line) for line in group_lines(series, findings)]
    assert [(group["group"], [one["path"] for one in group["pictures"]]) for group in groups] == [
        (1, ["x", "y"]), (2, ["a", "b", "c"]),
    ]  # fmt: skip
    assert [group["size"] for group in groups] == [2, 3]
    assert (series.count, series.pictures, dict(series.sizes())) == (2, 6, {2: 1, 3: 1})


def test_a_place_is_asked_for_its_group(tmp_path: Path) -> None:
    journal, _ = _scanned(tmp_path, {"a": FAR, "lone": OTHER, "b": NEAR})
    series = find_series(journal)
    places = [int(place) for place in series.places]
    assert [series.number_at(place) for place in places] == [1, 1]
    lone = [place for place, _, _ in media_rows(journal)][1]
    assert series.number_at(lone) is None
    assert series.number_at(10**9) is None


def test_no_pictures_give_no_groups(tmp_path: Path) -> None:
    journal, findings = _scanned(tmp_path, {"text": None})
    series = find_series(journal)
    assert (series.count, series.pictures, list(group_lines(series, findings))) == (0, 0, [])
