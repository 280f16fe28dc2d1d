"""Findings as text: one fixed JSON shape, CSV without formulas, a file that is cut to what is vouched for."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.scan.findings import (
    CSV_COLUMNS,
    FORMULA_STARTS,
    FindingsFile,
    NullSink,
    StreamSink,
    csv_header,
    csv_line,
    nearest_match,
    parse_finding,
    render_finding,
)
from tutela.detect.scan.shapes import Finding, FoundMatch
from tutela.kernel.errors import Conflict

PLAIN = FoundMatch(
    list="l", version="1", entry="e", kind="pdq", form="f0/r0", distance_bits=8, confirmed=None,
    query_percent=None, target_percent=None,
)  # fmt: skip


def match(**fields: Any) -> FoundMatch:
    return replace(PLAIN, **fields)


findings = st.builds(
    Finding,
    path=st.text(alphabet=st.characters(codec=None), max_size=20),
    member=st.none() | st.text(max_size=20),
    sha256=st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex),
    status=st.sampled_from(["known", "candidate", "unknown", "unreadable", "refused"]),
    reason=st.text(max_size=20),
    matches=st.lists(
        st.builds(match, entry=st.text(max_size=5), distance_bits=st.none() | st.integers(0, 31))
    ).map(tuple),
)


@given(findings)
def test_what_is_rendered_is_parsed_back(finding: Finding) -> None:
    line = render_finding(finding)
    assert line.isascii()
    assert "\n" not in line
    assert parse_finding(line) == finding


def test_the_shape_is_the_promised_one() -> None:
    finding = Finding(path="a", member="b", sha256=None, status="candidate", reason="r", matches=(match(),))
    assert json.loads(render_finding(finding)) == {
        "path": "a", "member": "b", "sha256": None, "status": "candidate", "reason": "r",
        "matches": [{
            "list": "l", "version": "1", "entry": "e", "kind": "pdq", "form": "f0/r0", "distance_bits": 8,
            "confirmed": None, "query_percent": None, "target_percent": None,
        }],
    }  # fmt: skip


@pytest.mark.parametrize("line", ["{}", "[]", "7", '{"path": 1, "matches": [{"no": 1}]}', "not json"])
def test_a_line_that_is_no_finding_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        parse_finding(line)


@given(findings)
def test_no_cell_of_the_csv_begins_like_a_formula(finding: Finding) -> None:
    text = csv_header() + csv_line(finding, 3)
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert header == list(CSV_COLUMNS)
    assert len(row) == len(header)
    assert not any(cell.startswith(FORMULA_STARTS) for cell in row)


def test_the_csv_names_group_and_nearest_match() -> None:
    finding = Finding(
        path="a.jpg", member=None, sha256="ab" * 32, status="candidate", reason="r", media_kind="jpeg",
        size_bytes=7, matches=(match(entry="far", distance_bits=20), match(entry="near", distance_bits=2)),
    )  # fmt: skip
    row = dict(zip(CSV_COLUMNS, next(csv.reader([csv_line(finding, 12)])), strict=True))
    assert (row["group"], row["match_count"], row["entry"], row["distance_bits"]) == ("12", "2", "near", "2")
    assert (row["media_kind"], row["size_bytes"], row["member"]) == ("jpeg", "7", "")


def test_a_confirmed_match_is_nearer_than_any_distance() -> None:
    finding = Finding(
        path="a", member=None, sha256=None, status="known", reason="",
        matches=(match(distance_bits=0), match(kind="sha256", distance_bits=None, confirmed="sha256")),
    )  # fmt: skip
    nearest = nearest_match(finding)
    assert nearest is not None
    assert nearest.kind == "sha256"


def test_a_file_shorter_than_its_journal_says_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"short")
    with pytest.raises(Conflict, match="changed since"):
        FindingsFile(tmp_path / "f", keep_bytes=6)


def test_lines_are_found_by_their_offset(tmp_path: Path) -> None:
    file = FindingsFile(tmp_path / "f")
    long = b"x" * 9_000
    file.write(b"one\n" + long + b"\nthree\n")
    assert file.line_at(0) == "one"
    assert file.line_at(4) == long.decode()
    assert file.line_at(4 + 9_001) == "three"
    assert [len(line) for line in file.lines()] == [3, 9_000, 5]
    file.close()
    with pytest.raises(Conflict, match="within a line"):
        FindingsFile(tmp_path / "f").line_at(9_999_999)


def test_the_other_sinks_count_what_they_are_given() -> None:
    out = io.BytesIO()
    for sink in (StreamSink(out), NullSink()):
        sink.write(b"line\n")
        sink.write(b"line\n")
        assert sink.length_bytes == 10
    assert out.getvalue() == b"line\nline\n"
