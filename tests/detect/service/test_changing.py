from __future__ import annotations

import json
from dataclasses import dataclass, field

import anyio
import pytest

from tests.detect.service import making
from tutela.detect.service.applied import Outcome
from tutela.detect.service.changes import Draft
from tutela.detect.service.changing import Changes, changed
from tutela.kernel.errors import Conflict, Invalid, TutelaError

DRAFT = Draft(list="hotline", act="remove", caller="curator", ids=("ent_1",))


@dataclass
class FakeShelf:
    """Says the same of every change and remembers what it was asked."""

    outcome: Outcome
    asked: list[tuple[int, float]] = field(default_factory=list)

    def reach(self, sequence: int, timeout_seconds: float) -> bool:
        self.asked.append((sequence, timeout_seconds))
        return self.outcome.applied

    def wait(self, sequence: int, timeout_seconds: float) -> Outcome:
        self.asked.append((sequence, timeout_seconds))
        return self.outcome


def answered(outcome: Outcome, *, draft: Draft = DRAFT, status: int = 200) -> tuple[int, dict[str, object]]:
    service, shelf = making.service(), FakeShelf(outcome)

    async def ask() -> tuple[int, dict[str, object]]:
        answer = await Changes(service, shelf, wait_seconds=0.5).answer(draft, status=status)
        return answer.status_code, json.loads(bytes(answer.body))

    found = anyio.run(ask)
    assert shelf.asked == [(service.log.head(), 0.5)]
    return found


def test_a_change_that_is_live_has_the_status_that_was_asked() -> None:
    assert answered(Outcome(applied=True)) == (200, {"change": 1, "live": True})
    assert answered(Outcome(applied=True), status=201) == (201, {"change": 1, "live": True})


def test_a_change_that_takes_longer_is_accepted() -> None:
    assert answered(Outcome(applied=False), status=201) == (202, {"change": 1, "live": False})


def test_a_change_that_waits_for_a_release_says_so() -> None:
    outcome = Outcome(applied=False, problem=Conflict("held"), held=True)
    assert answered(outcome) == (202, {"change": 1, "live": False, "held": True})


@pytest.mark.parametrize("problem", [Conflict("it stands"), Invalid("no such list", field="list")])
def test_the_reason_why_a_change_was_not_applied_is_raised(problem: TutelaError) -> None:
    with pytest.raises(type(problem)):
        answered(Outcome(applied=False, problem=problem))


def test_a_draft_that_the_log_refuses_is_not_waited_for() -> None:
    with pytest.raises(Invalid):
        answered(Outcome(applied=True), draft=Draft(list="hotline", act="remove", caller="curator"))


def test_whoever_is_behind_does_not_wait_for_a_change() -> None:
    service, shelf = making.service(), FakeShelf(Outcome(applied=False))
    changes = Changes(service, shelf, wait_seconds=0.5)

    async def ask() -> tuple[bool, int]:
        service.log.append(DRAFT)
        current = await changes.caught_up()
        return current, (await changes.answer(DRAFT, patient=current)).status_code

    assert anyio.run(ask) == (False, 202)
    assert shelf.asked == [(1, 0.5), (2, 0.0)]


def test_an_answer_is_kept_by_nobody() -> None:
    assert changed(7).headers["cache-control"] == "no-store"
