from __future__ import annotations

import threading
import time

from tests.pictures import encoded, landscape
from tests.prevent.guard.judging.making import known_of
from tests.prevent.guard.screen.desktops import PLACE, picture, plain, put
from tutela.prevent.guard.judging.fakes import FakeJudge
from tutela.prevent.guard.judging.ladder import open_judge
from tutela.prevent.guard.screen.questions import Question, Questions, rule
from tutela.prevent.guard.shapes import SHOWN, Ruling, undecided

NEAR = Ruling(tier="near", why="listed")


def question(*shifts: int) -> Question:
    readings = tuple(PLACE.moved(shift, 0) for shift in (shifts or (0,)))
    return Question(pixels=put(plain(), picture()), area=PLACE, readings=readings)


def test_one_reading_that_is_held_holds_the_picture() -> None:
    rulings = iter([SHOWN, NEAR])
    judge = FakeJudge(lambda _: next(rulings))
    assert rule(judge, question(0, 4, 8)) == NEAR and len(judge.asked) == 2
    assert rule(FakeJudge(), question(0, 4)) == SHOWN


def test_whatever_fails_is_undecided() -> None:
    def fail(_: bytes) -> Ruling:
        raise RuntimeError

    assert rule(FakeJudge(fail), question()) == undecided("worker_failed")
    assert rule(FakeJudge(lambda _: "shown"), question()) == undecided("worker_failed")  # type: ignore[arg-type, return-value]  # a judge that lies about its type


def test_answers_are_told_and_kept_until_they_are_taken() -> None:
    told = threading.Event()
    questions = Questions(FakeJudge(lambda _: NEAR), told.set)
    asked = question()
    questions.ask(asked)
    assert told.wait(5) and questions.taken() == [(asked, NEAR)] and questions.taken() == []
    questions.close()
    questions.ask(asked)
    assert questions.taken() == [(asked, undecided("worker_failed"))]


def test_a_known_picture_is_known_on_the_screen_by_the_real_judge() -> None:
    file = encoded(landscape(1, PLACE.width, PLACE.height), "PNG")
    judge = open_judge(known_of(file))
    try:
        until = time.monotonic() + 10
        while (ruling := rule(judge, question())).tier == "undecided" and time.monotonic() < until:
            time.sleep(0.1)
        assert ruling == NEAR
        unknown = Question(pixels=put(plain(), picture(2)), area=PLACE, readings=(PLACE,))
        assert rule(judge, unknown) == SHOWN
    finally:
        judge.close()
