from __future__ import annotations

from tests.kernel.visiting.visiting import GATE, PAGES
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.visiting.browsers import Browser, VisitRules
from tutela.kernel.visiting.scripted import ScriptedBrowser


def test_a_reading_shows_nothing_of_itself_by_accident() -> None:
    browser: Browser = ScriptedBrowser(PAGES)
    browser.open(parse_url(GATE), None)
    assert repr(browser.read()) == "Reading()"


def test_a_visit_has_bounds_where_nobody_says_any() -> None:
    rules = VisitRules()
    assert min(rules.steps_max, rules.minutes, rules.step_seconds, rules.received_mib, rules.at_once) > 0
