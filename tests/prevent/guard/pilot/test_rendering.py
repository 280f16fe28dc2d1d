from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.prevent.guard.pilot.test_publishing import made
from tutela.prevent.guard.pilot.rendering import (
    NAMES,
    gap_rows,
    markdown,
    page,
    paragraphs,
    percent,
    table_rows,
)


def test_the_report_has_a_row_for_every_total_and_comparison() -> None:
    data = made()
    text = markdown(data)
    rows = list(table_rows(data))
    assert len(rows) == 9 * 2 + 4 and len(list(gap_rows(data))) == 9
    assert set(NAMES) == set(data["totals"]), "every total has its words"
    for row in (*rows, *gap_rows(data)):
        assert f"| {' | '.join(row)} |" in text
    assert text.startswith("# Does it help?\n") and "3/2" in text and "7/2 of 4 spent" in text
    assert percent(0.2004) == "20.0 %"


def test_a_difference_is_one_of_percentage_points() -> None:
    data = made()
    data["figures"]["primary"] |= {"difference": 0.2004, "low": -0.038, "high": 0.3991, "p": 0.05}
    assert "| Primary outcome reached | 20.0 | -3.8 to 39.9 | 0.0500 |" in markdown(data)
    assert "difference in percentage points" in markdown(data)


def test_every_arm_has_a_sentence_of_its_own() -> None:
    data = made()
    said = [one for one in paragraphs(data) if one.startswith("Arm ")]
    people = data["design"]["arms"]
    assert said == [
        f"Arm guard ({people['guard']} people): The program is set up at once.",
        f"Arm later ({people['later']} people): The program is set up after the study.",
    ]


class Reading(HTMLParser):
    """What a browser would show, and what it would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.shown, self.style, self.headers = "", "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert {name for name, _ in attrs} <= {"lang", "charset", "scope", "name", "http-equiv", "content"}
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.headers = dict(attrs)["content"] or ""

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["style"]:
            self.style += data
        else:
            self.shown += data


def test_the_page_says_the_same_and_fetches_and_runs_nothing() -> None:
    data = made()
    data["study"]["title"] = "<script>alert(1)</script>"
    reading = Reading()
    reading.feed(page(data))
    assert not {"script", "img", "link", "a", "iframe"} & set(reading.tags)
    assert reading.headers == "default-src 'none'; style-src 'unsafe-inline'"
    assert "prefers-color-scheme: dark" in reading.style and reading.tags.count("style") == 1
    assert "url" not in reading.style and "@import" not in reading.style
    assert "<script>alert(1)</script>" in reading.shown
    figures = [row[-1] for row in table_rows(data)]
    assert all(figure in reading.shown for figure in figures)
    assert reading.tags.count("table") == reading.tags.count("caption") == 2
    assert re.search(r'<html lang="en">', page(data))
