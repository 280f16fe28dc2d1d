from __future__ import annotations

import csv
import json
from collections import Counter

from tests.hotline.statistics.test_yearly import a_notice, a_report
from tutela.hotline.statistics.facts import Facts
from tutela.hotline.statistics.rendering import (
    render_csv,
    render_facts_csv,
    render_facts_json,
    render_html,
    render_markdown,
)
from tutela.hotline.statistics.yearly import tables

HOSTILE = "=Host|Three<b>[x](y)"
FACTS = Facts(
    reports=Counter({a_report(): 9, a_report(channel="api"): 2, a_report(channel="file"): 7}),
    notices=Counter(
        {a_notice(provider=HOSTILE, hours_to_removal="1.5"): 6, a_notice(category="exploitative"): 8}
    ),
)
MADE = tables(FACTS, 5)


def test_the_report_names_its_year_its_threshold_and_whose_word_it_is() -> None:
    for text in (
        render_markdown(MADE, year=2026, small_count=5),
        render_html(MADE, year=2026, small_count=5),
    ):
        assert "Report of the year 2026" in text and "below 5" in text and "apparent age" in text


def test_a_hidden_count_is_no_number() -> None:
    text = render_markdown(MADE, year=2026, small_count=5)
    assert "| web | 9 |" in text and "| api | hidden |" in text and "| file | hidden |" in text


def test_content_is_named_as_the_dsa_does_and_actions_in_words() -> None:
    text = render_markdown(MADE, year=2026, small_count=5)
    assert "child sexual abuse material (KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL) | 6" in text.replace("\\", "")
    assert "gone, seen twice from two places | 14" in text


def test_a_name_from_outside_is_text_wherever_it_stands() -> None:
    page, text = render_html(MADE, year=2026, small_count=5), render_markdown(MADE, year=2026, small_count=5)
    assert "<b>" not in page and "&lt;b&gt;" in page
    assert "<b>" not in text and "\\|Three" in text and "\\[x\\]" in text
    assert "\r\nnotices" in render_facts_csv(FACTS) and f",'{HOSTILE}," in render_facts_csv(FACTS)


def test_a_median_stands_beside_its_place() -> None:
    assert "| 6 | 1.5 |" in render_markdown(MADE, year=2026, small_count=5)
    assert "<td>6</td><td>1.5</td>" in render_html(MADE, year=2026, small_count=5)


def test_a_table_that_cannot_be_shown_says_so() -> None:
    few = tables(Facts(reports=Counter({a_report(): 2})), 5)
    assert "Too few to be shown." in render_markdown(few, year=2026, small_count=5)
    spread = Facts(reports=Counter({a_report(channel=str(one)): 1 for one in range(5)}))
    assert "Together 5; no part" in render_html(tables(spread, 5), year=2026, small_count=5)


def test_a_table_program_reads_the_report_and_takes_nothing_for_a_formula() -> None:
    rows = list(csv.DictReader(render_csv(MADE).splitlines()))
    channel = {row["place"]: row["number"] for row in rows if row["table"] == "reports_by_channel"}
    assert channel == {"": "18", "web": "9", "api": "hidden", "file": "hidden"}
    place = next(row for row in rows if row["place"].startswith("NL / =Host"))
    assert (place["number"], place["median_hours"], place["by"]) == (
        "6", "1.5", "country / provider / network / host_group",
    )  # fmt: skip
    few = tables(Facts(reports=Counter({a_report(channel="=1"): 9, a_report(): 9})), 5)
    assert ",'=1,9," in render_csv(few)


def test_facts_are_one_row_each_in_the_order_of_their_words() -> None:
    rows = json.loads(render_facts_json(FACTS, year=2026))["reports"]
    assert [row["channel"] for row in rows] == ["api"] * 2 + ["file"] * 7 + ["web"] * 9
    table = list(csv.DictReader(render_facts_csv(FACTS).splitlines()))
    assert Counter(row["fact"] for row in table) == {"reports": 18, "notices": 14}
