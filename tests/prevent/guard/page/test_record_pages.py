"""The person's own numbers and diary."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.prevent.guard.page.conftest import Home
from tests.prevent.guard.page.visiting import Visitor
from tutela.prevent.guard.page.record_pages import CHART_DAYS, TABLE_ROWS, by_day, row_of
from tutela.prevent.guard.person import diary
from tutela.prevent.guard.person.counters import CELLS, Counters, Day
from tutela.prevent.guard.person.folder import COUNTS, DIARY
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.words import words_for

EN = words_for("en")


def day(ordinal: int, release: str = "1", **more: int) -> Day:
    counts = {(path, tier): more.get(tier, 0) if path == "network" else 0 for path, tier in CELLS}
    return Day(day=date.fromordinal(ordinal), release=release, counts=counts)


def counted(home: Home, *blocks: tuple[str, str]) -> None:
    counters = Counters(home.folder, home.keys.public, home.clock, release="0.1.0")
    for path, tier in blocks:
        counters.count(path, tier)  # type: ignore[arg-type]  # words of the test
    counters.keep()


def test_a_row_sums_both_paths() -> None:
    one = day(730_000, exact=2, undecided=3)
    both = Day(day=one.day, release="1", counts={**one.counts, ("screen", "exact"): 4})
    assert (row_of(both).numbers, row_of(both).total) == ((6, 0, 0, 3), 9)


def test_the_days_of_the_picture_end_today_and_releases_are_summed() -> None:
    last = date.fromordinal(730_000)
    days = [day(730_000 - CHART_DAYS, exact=9), day(730_000, "1", exact=1), day(730_000, "2", near=1)]
    numbers = by_day([*days, day(730_000 - CHART_DAYS + 1, exact=5)], last)
    assert len(numbers) == CHART_DAYS and (numbers[0], numbers[-1], sum(numbers)) == (5, 2, 7)


def test_the_counts_are_a_table_and_a_picture_with_a_text_beside(owner: Visitor, home: Home) -> None:
    counted(home, ("network", "exact"), ("network", "exact"), ("screen", "class"))
    page = owner.get("/counts").text
    row = re.search(r'<th class="day" scope="row">2026-05-04</th>(.*?)</tr>', page)
    assert row and re.findall(r"<td>(.*?)</td>", row[1]) == ["2", "0", "1", "0", "3", "0.1.0"]
    assert len(re.findall("<rect", page)) == CHART_DAYS
    assert 'role="img" aria-labelledby="chart chart-says"' in page
    assert EN.say("kept.chart_says", total=3, most=3) in page


def test_a_table_has_an_end(owner: Visitor, home: Home) -> None:
    for _ in range(TABLE_ROWS + 3):
        counted(home)
        home.clock.advance(86_400)
    page = owner.get("/counts").text
    assert page.count('scope="row"') == TABLE_ROWS and "2026-05-04" not in page


def test_without_counts_there_is_nothing_to_erase(owner: Visitor, home: Home) -> None:
    page = owner.get("/counts").text
    assert EN.say("kept.counts_none") in page and EN.say("kept.forget_counts") not in page
    home.choose(Policy(keep_nothing=True))
    page = owner.get("/counts").text
    assert EN.say("kept.counts_off") in page and EN.say("kept.counts_none") not in page


def test_counts_are_erased_once_somebody_is_sure(owner: Visitor, home: Home) -> None:
    counted(home, ("network", "near"))
    owner.get("/counts")
    got = owner.post("/counts")
    assert EN.say("kept.not_sure") in owner.get(got.location).text and home.folder.read(COUNTS)
    assert home.running.forgotten == 0
    assert owner.post("/counts", sure="on").location == "/counts?said=page.done"
    assert home.folder.read(COUNTS) is None and home.running.forgotten == 1


def test_what_is_written_is_read_again_the_newest_first(owner: Visitor, home: Home) -> None:
    owner.get("/diary")
    assert owner.post("/diary", text="first <b>\r\nsecond line").location == "/diary?said=page.done"
    home.clock.advance(86_400)
    owner.post("/diary", text="later")
    page = owner.get("/diary").text
    assert page.index("2026-05-05") < page.index("2026-05-04")
    assert "first &lt;b&gt;\nsecond line" in page
    assert b"later" not in (home.folder.read(DIARY) or b"")


@pytest.mark.parametrize("text", ["", "  \n ", "ü" * 2001])
def test_an_empty_or_long_entry_is_told_and_stays_in_its_field(owner: Visitor, home: Home, text: str) -> None:
    owner.get("/diary")
    got = owner.post("/diary", text=text)
    assert got.status == 422 and EN.say("kept.diary_long") in got.text and f"{text}</textarea>" in got.text
    assert home.folder.read(DIARY) is None


def test_in_keep_nothing_there_is_no_diary(owner: Visitor, home: Home) -> None:
    home.choose(Policy(keep_nothing=True))
    page = owner.get("/diary").text
    assert EN.say("kept.diary_off") in page and "<textarea" not in page
    got = owner.post("/diary", text="x")
    assert got.status == 409 and home.folder.read(DIARY) is None


def test_a_full_diary_is_told(owner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "ENTRIES_MAX", 1)
    owner.get("/diary")
    owner.post("/diary", text="one")
    got = owner.post("/diary", text="two")
    assert got.status == 409 and EN.say("kept.diary_full") in got.text and "two</textarea>" in got.text


def test_the_diary_is_erased_once_somebody_is_sure(owner: Visitor, home: Home) -> None:
    owner.get("/diary")
    owner.post("/diary", text="one")
    got = owner.post("/diary/forget")
    assert EN.say("kept.not_sure") in owner.get(got.location).text and home.folder.read(DIARY)
    assert owner.post("/diary/forget", sure="on").location == "/diary?said=page.done"
    assert home.folder.read(DIARY) is None
    assert EN.say("kept.diary_none") in owner.get("/diary").text
