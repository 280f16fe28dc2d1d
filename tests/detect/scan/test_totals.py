"""Counts over a journal: by status, kind, reason, list and distance; pace; pictures for grouping."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.detect.scan.test_findings import match
from tutela.detect.scan.findings import NullSink
from tutela.detect.scan.journal import Entry, Journal
from tutela.detect.scan.shapes import Finding
from tutela.detect.scan.totals import media_rows, met_places, paces, picture_hashes, tally


def finding(path: str, **fields: Any) -> Finding:
    return replace(Finding(path=path, member=None, sha256=None, status="unknown", reason="r"), **fields)


def _filled() -> Journal:
    journal = Journal(None)
    both = (match(distance_bits=9), match(list="m", distance_bits=4))
    candidate = finding("b", status="candidate", media_kind="jpeg", size_bytes=7, matches=both)
    known = finding("c", status="known", media_kind="png", matches=(match(distance_bits=None),))
    entries = [
        Entry(finding=finding("a", media_kind="jpeg", size_bytes=5), pdq=b"a" * 32),
        Entry(finding=candidate, pdq=b"b" * 32),
        Entry(finding=known),
        Entry(finding=finding("d", status="unreadable", reason="broken")),
        Entry(finding=finding("e", status="refused", reason="a bomb")),
        Entry(finding=finding("f", status="unreadable", reason="broken")),
    ]
    for entry in entries:
        journal.record(entry)
    journal.commit(NullSink(), pace=(1.5, 6, 12))
    return journal


def test_everything_is_counted_once() -> None:
    counts = tally(_filled())
    assert counts.by_status == {"known": 1, "candidate": 1, "unknown": 1, "unreadable": 2, "refused": 1}
    assert list(counts.by_kind.items()) == [("unknown", 3), ("jpeg", 2), ("png", 1)]
    assert list(counts.unread_reasons.items()) == [("broken", 2), ("a bomb", 1)]
    assert counts.by_list == {"l": 2, "m": 1}
    assert counts.distances == {4: 1}
    assert (counts.size_bytes, counts.total, counts.count("known", "candidate")) == (12, 6, 2)


def test_an_empty_journal_has_empty_counts() -> None:
    with Journal(None) as journal:
        counts = tally(journal)
        assert (counts.total, counts.by_kind, counts.distances, counts.size_bytes) == (0, {}, {}, 0)
        assert picture_hashes(journal)[1].shape == (0, 32)
        assert paces(journal) == []


def test_known_findings_come_before_candidates() -> None:
    with _filled() as journal:
        places = dict(zip("abcdef", [place for place, _, _ in media_rows(journal)], strict=True))
        assert met_places(journal, limit=10) == [places["c"], places["b"]]
        assert met_places(journal, limit=1) == [places["c"]]


def test_pictures_have_their_place_and_value() -> None:
    with _filled() as journal:
        places, values = picture_hashes(journal)
        rows = list(media_rows(journal))
    assert [row.tobytes()[:1] for row in values] == [b"a", b"b"]
    assert places.tolist() == [rows[0][0], rows[1][0]]
    assert rows[0][1:] == ("jpeg", 5)


def test_the_pace_is_kept_by_run() -> None:
    with _filled() as journal:
        (pace,) = paces(journal)
    assert (pace.run, pace.seconds, pace.files, pace.size_bytes) == (1, 1.5, 6, 12)
