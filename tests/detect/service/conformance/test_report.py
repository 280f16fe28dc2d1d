"""The sheet: loads and runs nothing, says what failed, holds no path and no token; JSON with the same."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.detect.service.conformance.running import START, run
from tutela.detect.service.conformance.report import headline, render_sheet, sheet_json
from tutela.detect.service.conformance.results import Row, Sheet
from tutela.detect.service.conformance.shapes.memory import MemorySubject
from tutela.detect.service.conformance.suite import GROUPS

EMPTY = Sheet(shape="hma", host="http://h:80", started=START, seconds=1, options={"seed": 0}, rows=())
ROW = Row(group="copies", check="altered-copies", title="GIF", status="failed", found=1, total=10)
NASTY = replace(ROW, title="<script>\u202e", words='"><img src=x>')


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def sheet_of(*rows: Row, **fields: object) -> Sheet:
    return replace(EMPTY, rows=rows, **fields)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize("rows", [(), (NASTY,), run(MemorySubject()).rows], ids=["nothing", "nasty", "all"])
def test_it_loads_nothing_and_runs_nothing(rows: tuple[Row, ...]) -> None:
    page = _Page(render_sheet(sheet_of(*rows), "1"))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "form", "svg", "base"}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") or name in ("src", "srcset", "style") for name in attributes)
        if tag == "a":
            assert (attributes["href"] or "").startswith("#")
    targets = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {(a["href"] or "")[1:] for tag, a in page.tags if tag == "a"} <= targets
    policies = [a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_what_comes_from_outside_is_escaped_and_visible() -> None:
    page = render_sheet(sheet_of(NASTY), "1")
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page


def test_each_group_has_its_section_and_each_line_its_counts() -> None:
    page = render_sheet(sheet_of(ROW), "1")
    assert all(words in page for words in GROUPS.values())
    assert page.count("Not asked.") == len(GROUPS) - 1
    assert '<td class="count">1</td><td class="count">10</td>' in page


def test_notes_say_what_a_reader_must_know() -> None:
    assert "one index for all its banks" in render_sheet(EMPTY, "1")
    assert "lists values, not pictures" in render_sheet(replace(EMPTY, shape="tutela"), "1")
    assert "2 lists that the kit made" in render_sheet(replace(EMPTY, left_behind=2), "1")


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ((), "Nothing of the suite can be asked over this shape"),
        (("not applicable",), "Nothing of the suite can be asked over this shape"),
        (("passed", "not applicable"), "All 1 applicable checks passed"),
        (("passed", "failed", "failed"), "2 of 3 applicable checks failed"),
    ],
)
def test_the_headline_says_what_came_out(statuses: tuple[str, ...], words: str) -> None:
    rows = [replace(ROW, status=status) for status in statuses]  # type: ignore[arg-type]  # Status
    assert headline(sheet_of(*rows)) == words


def test_json_says_the_same() -> None:
    said = json.loads(json.dumps(sheet_json(sheet_of(ROW, replace(ROW, status="passed")))))
    assert (said["passed"], said["failed"], said["conforms"]) == (1, 1, False)
    assert said["started"] == "2026-11-22T00:00:00Z"
    assert said["rows"][0] == {
        "group": "copies", "check": "altered-copies", "title": "GIF", "status": "failed",
        "found": 1, "total": 10, "words": "", "figures": {}, "seconds": 0.0,
    }  # fmt: skip
