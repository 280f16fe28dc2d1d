from __future__ import annotations

from collections import Counter

from tutela.hotline.statistics.facts import KINDS, Facts, NoticeFact, ReportFact
from tutela.hotline.statistics.yearly import CUTS, Made, as_json, tables


def a_notice(**said: str) -> NoticeFact:
    plain = {
        "month": "2026-01", "state": "sent", "category": "csam", "country": "NL", "provider": "Host",
        "network": "AS1", "host_group": "host 1", "action": "removed", "hours_to_removal": "",
    }  # fmt: skip
    return NoticeFact(**(plain | said))


def a_report(**said: str) -> ReportFact:
    plain = {
        "month": "2026-01",
        "channel": "web",
        "way": "saw",
        "language": "nl",
        "urgent": "no",
        "addition": "no",
    }
    return ReportFact(**(plain | said))


def made(facts: Facts, key: str) -> Made:
    (found,) = [one for one in tables(facts, 5) if one.cut.key == key]
    return found


def test_tables_of_one_population_share_its_total() -> None:
    facts = Facts(reports=Counter({a_report(): 9, a_report(channel="api"): 6}))
    found = {one.table.total for one in tables(facts, 5) if one.cut.of == "reports"}
    assert found == {15}


def test_notices_that_did_not_go_out_are_not_counted() -> None:
    facts = Facts(notices=Counter({a_notice(): 9, a_notice(state="failed"): 7, a_notice(state="queued"): 7}))
    assert made(facts, "notices_by_action").table.total == 9


def test_hours_are_shown_where_enough_was_removed() -> None:
    hours = Counter({a_notice(hours_to_removal=f"{one}.0"): 1 for one in range(1, 6)})
    few = Counter({a_notice(country="DE", hours_to_removal="1.0"): 4, a_notice(country="DE"): 9})
    found = made(Facts(notices=hours + few), "notices_by_provider").median_hours
    assert found[("NL",)] == found["NL", "Host", "AS1", "host 1"] == 3.0
    assert ("DE",) not in found


def test_hours_of_a_hidden_place_are_not_shown() -> None:
    facts = Facts(
        notices=Counter({a_notice(country="NL", hours_to_removal="1.0"): 6, a_notice(country="DE"): 1})
    )
    assert not made(facts, "notices_by_provider").median_hours


def test_no_fact_stands_in_two_cuts_of_a_population() -> None:
    """Two tables of one population would else give each other's small counts away."""
    for of in KINDS:
        names = [name for cut in CUTS if cut.of == of for name in cut.by]
        assert len(names) == len(set(names))


def test_the_plain_form_says_what_was_counted_and_what_was_hidden() -> None:
    facts = Facts(reports=Counter({a_report(): 9, a_report(channel="api"): 2, a_report(channel="file"): 7}))
    report = as_json(tables(facts, 5), year=2026, small_count=5)
    channel = next(one for one in report["tables"] if one["key"] == "reports_by_channel")
    assert (report["v"], report["year"], report["small_count"]) == (1, 2026, 5)
    assert [(cell["path"], cell["count"]) for cell in channel["cells"]] == [
        (["web"], 9), (["api"], None), (["file"], None),
    ]  # fmt: skip
