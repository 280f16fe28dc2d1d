"""The report: one file that loads and runs nothing, says what was found, and escapes what it names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from tests.detect.scan.test_findings import match
from tutela.detect.scan.groups import SeriesOfPictures
from tutela.detect.scan.report import PACE_POINTS, ReportFacts, headline, pace_points, render_report
from tutela.detect.scan.shapes import Finding
from tutela.detect.scan.totals import Pace, Tally

EMPTY = Tally(by_status={}, by_kind={}, unread_reasons={}, by_list={}, distances={}, size_bytes=0)
NO_SERIES = SeriesOfPictures(
    places=np.empty(0, np.int64), numbers=np.empty(0, np.int64), pictures=0, capped=0
)
NASTY = '/case/\u202egpj.<script>alert("1")</script>\x1b.jpg'


def _facts(**fields: object) -> ReportFacts:
    facts = ReportFacts(
        places=["/case"],
        finished=datetime(2026, 11, 22, 2, 10, tzinfo=UTC),
        tally=EMPTY,
        met=[],
        paces=[],
        series=NO_SERIES,
        lists=[{"name": "demo", "version": "1", "known_good": False, "distance_bits": 31}],
        settings=[("profile", "forensic")],
        versions=[("tutela", "0.1.0")],
    )
    return replace(facts, **fields)  # type: ignore[arg-type]  # reason: fields are given by name


def _met_facts() -> ReportFacts:
    found = Finding(
        path=NASTY, member="in/<b>.jpg", sha256="ab" * 32, status="candidate", reason="near",
        matches=(match(list="<list>", entry="<entry>"),),
    )  # fmt: skip
    tally = replace(
        EMPTY,
        by_status={"known": 0, "candidate": 1, "unknown": 8, "unreadable": 2},
        by_kind={"jpeg": 9, "<kind>": 2},
        unread_reasons={"<broken>": 2},
        by_list={"demo": 1},
        distances={8: 1},
        size_bytes=5_000_000,
    )
    series = SeriesOfPictures(places=np.arange(5), numbers=np.array([1, 1, 2, 2, 2]), pictures=9, capped=0)
    paces = [Pace(run=1, seconds=s, files=s, size_bytes=0) for s in range(1, 6)]
    return _facts(tally=tally, met=[found], series=series, paces=paces, places=[NASTY])


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("facts", [_facts(), _met_facts()], ids=["nothing", "something"])
def test_it_loads_nothing_and_runs_nothing(facts: ReportFacts) -> None:
    page = _Page(render_report(facts))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "form", "video", "audio", "base"}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") or name in ("src", "srcset", "style") for name in attributes)
        if tag == "a":
            assert (attributes["href"] or "").startswith("#")
    policies = [a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_names_from_outside_are_escaped_and_visible() -> None:
    page = render_report(_met_facts())
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "<script" not in page
    assert "\\u202egpj.&lt;script&gt;" in page
    for name in ("&lt;list&gt;", "&lt;entry&gt;", "&lt;kind&gt;", "&lt;broken&gt;", "in/&lt;b&gt;.jpg"):
        assert name in page


def test_it_names_the_digest_of_what_was_met_and_of_nothing_else() -> None:
    assert re.findall(r"[0-9a-f]{32,}", render_report(_met_facts())) == ["ab" * 32]


def test_it_can_be_read_without_eyes_and_without_a_mouse() -> None:
    page = _Page(render_report(_met_facts()))
    tags = [tag for tag, _ in page.tags]
    assert dict(page.tags)["html"] == {"lang": "en"}
    assert tags.count("h1") == 1
    assert all(a.get("role") == "img" and a.get("aria-label") for t, a in page.tags if t == "svg")
    assert all(a.get("scope") in ("col", "row") for t, a in page.tags if t == "th")
    assert tags.count("caption") == tags.count("table") > 0
    targets = {a["id"] for _, a in page.tags if "id" in a}
    assert {(a["href"] or "")[1:] for t, a in page.tags if t == "a"} <= targets
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_unread_files_are_said_not_to_be_cleared() -> None:
    assert "2 files could not be looked at" in render_report(_met_facts())
    assert "could not be looked at" not in render_report(_facts())


@pytest.mark.parametrize(
    ("statuses", "text"),
    [
        ({}, "Nothing known among 0 files looked at"),
        ({"unknown": 1}, "Nothing known among 1 file looked at"),
        ({"known": 1, "unknown": 1_999}, "1 known file and 0 candidates among 2,000 files looked at"),
        ({"known": 2, "candidate": 1}, "2 known files and 1 candidate among 3 files looked at"),
    ],
)
def test_the_headline_says_what_was_found(statuses: dict[str, int], text: str) -> None:
    assert headline(replace(EMPTY, by_status=statuses)) == text


def test_runs_are_joined_end_to_end_and_thinned() -> None:
    paces = [
        Pace(run=run, seconds=float(s), files=10 * s, size_bytes=0) for run in (1, 2) for s in range(1, 501)
    ]
    points = pace_points(paces)
    assert len(points) <= PACE_POINTS + 10
    assert points[0] == (0.0, 0.0)
    assert points[-1] == (1_000.0, 10_000.0)
    assert points == sorted(points)


def test_warnings_and_known_good_lists_are_shown() -> None:
    lists = [{"name": "nsrl", "version": "3", "known_good": True, "distance_bits": 31}]
    page = render_report(_facts(warnings=["Files were opened without landlock."], lists=lists))
    assert "Files were opened without landlock." in page
    assert "known good files" in page
