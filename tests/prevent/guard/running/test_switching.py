from __future__ import annotations

from tutela.prevent.guard.judging.fakes import FakeJudge
from tutela.prevent.guard.running.switching import LASTING_SECONDS, Holding, SwitchedJudge
from tutela.prevent.guard.shapes import SHOWN, Ruling, undecided


def test_holding_holds_everything_for_its_reason() -> None:
    assert Holding("list_unusable").rule(b"anything") == undecided("list_unusable")


def test_the_judge_in_force_rules_and_the_old_one_is_closed() -> None:
    first, second = FakeJudge(), FakeJudge(lambda _: Ruling(tier="exact", why="listed"))
    judge = SwitchedJudge(first)
    assert judge.rule(b"x") == SHOWN
    judge.replace(second)
    assert judge.rule(b"x").tier == "exact"
    assert (first.closed, second.closed) == (True, False)


def test_a_closed_one_holds_everything() -> None:
    judge = SwitchedJudge(FakeJudge())
    judge.close()
    judge.close()
    assert not judge.rule(b"x").shown


def test_faults_are_told_while_they_last_and_those_of_a_picture_are_not() -> None:
    now = 100.0
    rulings = [undecided("list_unusable"), undecided("unreadable"), SHOWN]
    judge = SwitchedJudge(FakeJudge(lambda _: rulings.pop(0)), lambda: now)
    for _ in range(3):
        judge.rule(b"x")
    assert judge.troubles == ("list_unusable",)
    now += LASTING_SECONDS + 1
    assert not judge.troubles


def test_another_judge_begins_without_troubles() -> None:
    judge = SwitchedJudge(Holding("worker_failed"))
    judge.rule(b"x")
    assert judge.troubles == ("worker_failed",)
    judge.replace(FakeJudge())
    assert not judge.troubles
