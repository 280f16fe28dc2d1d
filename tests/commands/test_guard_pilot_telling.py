from __future__ import annotations

import json
from typing import get_args

from tests.commands.pilot_calls import Pilot
from tutela.commands.guard_pilot_telling import KINDS, MOMENTS
from tutela.prevent.guard.pilot.questions import PERSONAL, questions_at
from tutela.prevent.guard.pilot.shapes import Kind
from tutela.prevent.guard.pilot.wording import words_for


def test_the_choices_are_those_of_the_room() -> None:
    assert get_args(Kind) == KINDS and PERSONAL == MOMENTS


def test_every_question_is_asked_and_can_be_skipped(pilot: Pilot) -> None:
    pilot.found()
    assert pilot.join() == 0
    asked = questions_at("start")
    assert pilot.mine("answer", "start", typed="3\n" + "\n" * (len(asked) - 1)) == 0, pilot.err
    for question in asked:
        assert words_for("en").say(f"questions.{question.name}") in pilot.err
    assert pilot.mine("show") == 0
    (told,) = json.loads(pilot.out)["answers"]
    assert told["answers"] == {one.name: 3 if one.name == "calm" else None for one in asked}


def test_a_wrong_answer_keeps_nothing(pilot: Pilot) -> None:
    pilot.found()
    assert pilot.join() == 0
    assert pilot.mine("answer", "start", typed="9\n") == 2
    for given in ("calm", "calm=x", "calm=9", "none=1"):
        assert pilot.mine("answer", "start", "--set", given) == 2, given
    assert pilot.mine("show") == 0 and json.loads(pilot.out)["answers"] == []


def test_something_that_got_worse_is_told_and_help_is_named(pilot: Pilot) -> None:
    pilot.found()
    assert pilot.join() == 0
    assert pilot.mine("event", typed="1\n2\n") == 0, pilot.err
    assert words_for("en").say("told.help", contact="study@clinic.example") in pilot.err
    assert pilot.mine("event", "--kind", "device", "--severity", "1") == 0
    assert pilot.mine("show") == 0
    events = json.loads(pilot.out)["events"]
    assert [(one["kind"], one["severity"]) for one in events] == [("sleep", 3), ("device", 1)]
