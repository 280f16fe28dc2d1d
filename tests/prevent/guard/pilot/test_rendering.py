from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.prevent.guard.pilot.test_publishing import made
from tutela.prevent.guard.pilot.rendering import NAMES, gap_rows, markdown, page, percent, table_rows


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


class Reading(HTMLParser):
    """What a browser would show, and what it would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert {name for name, _ in attrs} <= {"lang", "charset", "scope"}

    def handle_data(self, data: str) -> None:
        self.shown += data


def test_the_page_says_the_same_and_fetches_and_runs_nothing() -> None:
    data = made()
    data["study"]["title"] = "<script>alert(1)</script>"
    reading = Reading()
    reading.feed(page(data))
    assert not {"script", "img", "link", "style", "a", "iframe"} & set(reading.tags)
    assert "<script>alert(1)</script>" in reading.shown
    figures = [row[-1] for row in table_rows(data)]
    assert all(figure in reading.shown for figure in figures)
    assert reading.tags.count("table") == reading.tags.count("caption") == 2
    assert re.search(r'<html lang="en">', page(data))
