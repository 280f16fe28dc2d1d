from __future__ import annotations

from dataclasses import replace

from tests.detect.matching.bundles.making import EXPIRES, NORTH, SOUTH, draft
from tutela.detect.matching.bundles.layout import Header
from tutela.prevent.guard.classes.shipped import shipped_card
from tutela.prevent.guard.page.in_force import plain, shown_classifier, shown_list
from tutela.prevent.guard.page.shapes import Voter


def header(*, perceptual: bool = True) -> Header:
    content = draft(perceptual=perceptual).content
    return Header(content=content, approvals=tuple(one.approves(content) for one in (NORTH, SOUTH)))


def test_a_list_says_who_answers_for_it_and_whether_it_could_be_extracted() -> None:
    shown = shown_list(header())
    assert (shown.name, shown.version, shown.expires) == ("sample for devices", 3, EXPIRES)
    assert shown.laws == ("Example Act, section 1",)
    assert shown.votes == (
        Voter(organisation="North Hotline", jurisdiction="DE"),
        Voter(organisation="South Hotline", jurisdiction="PT"),
    )
    assert shown.publisher.jurisdiction == "CH" and shown.perceptual
    assert not shown_list(header(perceptual=False)).perceptual


def test_a_classifier_says_what_was_measured_and_by_whom() -> None:
    shown = shown_classifier(shipped_card("adult"))
    assert (shown.name, shown.version, shown.threshold) == ("adult", "1", 0.5)
    assert [one.what for one in shown.figures] == ["recall", "false_blocks", "latency"]
    assert shown.figures[0].by == "nobody yet"


def test_no_text_of_others_says_what_runs_here() -> None:
    assert plain("made by Tutela and MITMPROXY") == "made by this program and this program"
    assert "tutela" not in repr(shown_classifier(shipped_card("stand-in"))).lower()
    made = header()
    named = replace(made, content=replace(made.content, name="tutela list"))
    assert shown_list(named).name == "this program list"
