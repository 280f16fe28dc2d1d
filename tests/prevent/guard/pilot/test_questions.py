from __future__ import annotations

import pytest

from tutela.kernel.errors import Invalid
from tutela.prevent.guard.pilot.questions import (
    MOMENTS,
    PERSONAL,
    SCALES,
    check_answers,
    check_measure,
    questionnaire_version,
    questions_at,
)


def test_every_moment_has_questions_of_known_scales() -> None:
    for moment in MOMENTS:
        asked = questions_at(moment)
        assert asked and all(one.scale in SCALES and set(one.moments) <= set(MOMENTS) for one in asked)
    start, end = ({one.name for one in questions_at(moment)} for moment in ("start", "end"))
    assert start < end, "what is asked at the end can be compared with the start"
    assert questionnaire_version() == 1
    with pytest.raises(Invalid):
        questions_at("later")


def test_every_question_can_be_skipped() -> None:
    for moment in MOMENTS:
        skipped = {one.name: None for one in questions_at(moment)}
        assert check_answers(moment, skipped) == skipped
        assert check_answers(moment, {}) == {}


@pytest.mark.parametrize(
    ("moment", "name", "value"),
    [
        ("start", "calm", 5),
        ("start", "calm", -1),
        ("start", "calm", True),
        ("start", "calm", "3"),
        ("start", "calm", 3.0),
        ("end", "help_sought", 2),
        ("start", "trust", 1),
        ("start", "none", 1),
    ],
)
def test_other_answers_are_refused(moment: str, name: str, value: object) -> None:
    with pytest.raises(Invalid) as told:
        check_answers(moment, {name: value})
    assert told.value.field == name


def test_a_measure_is_a_question_of_that_moment() -> None:
    check_measure("own_goal", "end", 4)
    for item, moment, least in (("own_goal", "end", 5), ("trust", "start", 1), ("help_sought", "end", 2)):
        with pytest.raises(ValueError, match="primary"):
            check_measure(item, moment, least)
    assert "professional" not in PERSONAL
