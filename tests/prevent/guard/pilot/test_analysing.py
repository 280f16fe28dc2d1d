from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from tests.prevent.guard.pilot.test_studies import study
from tutela.prevent.guard.pilot.analysing import (
    COURSE,
    PRIMARY,
    SECONDARY,
    exact_figures,
    professional_totals,
    totals,
)
from tutela.prevent.guard.pilot.office import Enrolled
from tutela.prevent.guard.pilot.opening import Row
from tutela.prevent.guard.pilot.questions import Answers
from tutela.prevent.guard.pilot.reports import CELL_NAMES, Counts, Report
from tutela.prevent.guard.pilot.shapes import Answered, Event, Left

DAY = date(2027, 7, 1)
STUDY = study()


def row(number: int, arm: str, answers: Mapping[str, int | None] | None = None, **more: object) -> Row:
    """Somebody of an arm; without answers nothing came."""
    enrolled = Enrolled(person=f"{number:016x}", site="north", number=number, arm=arm, day="2026-10-01")
    if answers is None:
        return Row(enrolled=enrolled, report=None)
    told = Answered(moment="end", day=DAY, version=1, answers=answers)
    report = Report(
        study="example", person=enrolled.person, number=1, answers=(told,), events=(), counts=(), left=None
    )
    return Row(enrolled=enrolled, report=replace(report, **more))  # type: ignore[arg-type]  # fields of a report


ROWS = (
    row(1, "guard", {"own_goal": 3, "calm": 4, "help_sought": 1, "trust": 4}),
    row(2, "guard", {"own_goal": 4, "calm": 2}, events=(Event(day=DAY, kind="sleep", severity=3),)),
    row(3, "guard", {"own_goal": 2}, left=Left(day=DAY, reason="burden")),
    row(4, "guard"),
    row(5, "later", {"own_goal": None}, events=(Event(day=DAY, kind="other", severity=1),)),
    row(6, "later", {"own_goal": 3}),
    row(7, "later", {}),
)


def counted(name: str) -> dict[str, tuple[int, int]]:
    return {one.group: (one.count, one.people) for one in totals(STUDY, ROWS) if one.name == name}


def test_everybody_enrolled_counts_and_who_said_nothing_has_not_reached_it() -> None:
    assert counted(PRIMARY) == {"guard": (2, 4), "later": (1, 3)}


def test_each_total_is_what_its_name_says() -> None:
    assert counted("calm") == {"guard": (1, 4), "later": (0, 3)}
    assert counted("help_sought")["guard"] == counted("trust")["guard"] == (1, 4)
    assert counted("left") == {"guard": (1, 4), "later": (0, 3)}
    assert counted("any_event") == {"guard": (1, 4), "later": (1, 3)}
    assert counted("severe_event") == {"guard": (1, 4), "later": (0, 3)}
    assert {one.name for one in totals(STUDY, ROWS)} == {PRIMARY, *SECONDARY, *COURSE}


def test_what_needed_no_help_is_not_severe() -> None:
    rows = (*ROWS, row(8, "later", {}, events=(Event(day=DAY, kind="sleep", severity=2),)))
    severe = {one.group: one.count for one in totals(STUDY, rows) if one.name == "severe_event"}
    assert severe == {"guard": 1, "later": 0}


def test_who_answered_at_the_end_has_reached_it_though_they_left_then() -> None:
    rows = (*ROWS, row(8, "later", {"own_goal": 4}, left=Left(day=DAY, reason="no_need")))
    reached = {one.group: one.count for one in totals(STUDY, rows) if one.name == PRIMARY}
    assert reached == {"guard": 2, "later": 2}


def test_one_person_changes_each_total_by_at_most_one() -> None:
    """What the noise is made for: any answers of one person instead of any others, in the same arm."""
    other = row(
        3,
        "guard",
        {name: 4 if name != "help_sought" else 1 for name in ("own_goal", *SECONDARY)},
        events=tuple(Event(day=DAY, kind="sleep", severity=3) for _ in range(9)),
        left=Left(day=DAY, reason="burden"),
    )
    for instead in (other, row(3, "guard")):
        changed = totals(STUDY, (*ROWS[:2], instead, *ROWS[3:]))
        for before, after in zip(totals(STUDY, ROWS), changed, strict=True):
            assert abs(before.count - after.count) <= 1 and before.people == after.people


def test_the_primary_outcome_is_the_one_of_the_study_file() -> None:
    strict = replace(STUDY, primary=replace(STUDY.primary, at_least=4))
    assert [one.count for one in totals(strict, ROWS) if one.name == PRIMARY] == [1, 0]


def test_the_exact_figures_hold_tests_events_and_versions() -> None:
    day = Counts(day=DAY, release="0.1.0", lists="0000001", counts=(5, *(0 for _ in CELL_NAMES[1:])))
    later = replace(day, day=date(2027, 7, 2), lists="0000002", counts=(1,) * len(CELL_NAMES))
    rows = (*ROWS, row(8, "guard", {}, counts=(day, later)))
    found = exact_figures(STUDY, rows, [{"useful": 3}, {"useful": 2}])
    primary = found["outcomes"][PRIMARY]
    assert primary["arms"]["guard"]["count"] == 2 and primary["arms"]["guard"]["people"] == 5
    assert primary["difference"] == pytest.approx(2 / 5 - 1 / 3) and 0 < primary["fisher_p"] <= 1
    assert found["professionals"]["useful"]["count"] == 1 and found["people"] == 8 and found["reported"] == 7
    answers = found["answers"]
    assert answers["guard"]["end.own_goal"] == {"answered": 3, "mean": 3.0}
    assert answers["later"]["end.own_goal"] == {"answered": 1, "mean": 3.0}
    assert answers["guard"]["feedback.easy"] == {"answered": 0, "mean": 0.0}
    assert found["events"] == {"guard": {"sleep/3": 1}, "later": {"other/1": 1}}
    versions = found["counts"]["guard"]
    assert versions["0.1.0+0000001"] == {
        "people": 1,
        "days": 1,
        **dict(zip(CELL_NAMES, day.counts, strict=True)),
    }
    assert versions["0.1.0+0000002"]["days"] == 1 and found["counts"]["later"] == {}


def test_a_professional_agrees_from_three_on() -> None:
    told: list[Answers] = [{"useful": 3, "safe": None}, {"useful": 4, "safe": 2}, {}]
    found = {one.name: (one.count, one.people) for one in professional_totals(told)}
    assert found["useful"] == (2, 3) and found["safe"] == (0, 3)
