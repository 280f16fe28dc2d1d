"""The contract of the slot: what a plug-in must declare; nobody outside is asked by the check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from tutela.detect.service.outside.opinion_contract import SLOT, check_opinion
from tutela.detect.service.outside.opinions import About, OutsideAnswer, OutsideQuestion
from tutela.detect.service.outside.simulators import (
    ContentSafetySimulator,
    PhotoDnaSimulator,
    VendorSimulator,
)
from tutela.kernel.errors import Invalid

GOOD = VendorSimulator().about


@dataclass
class Real:
    """A plug-in that speaks to somebody: it must not be asked by the check."""

    about: About
    name: str = "real"
    version: str = "1"

    def ask(self, question: OutsideQuestion) -> OutsideAnswer:
        raise RuntimeError("somebody was asked")


@dataclass
class Odd(Real):
    """A simulator with an answer of its own."""

    answers: Any = None
    name: str = "odd-simulator"

    def ask(self, question: OutsideQuestion) -> OutsideAnswer:
        answer: OutsideAnswer = next(self.answers)
        return answer


def outside(**other: Any) -> About:
    return replace(GOOD, simulated=False, **other)


@pytest.mark.parametrize("opinion", [PhotoDnaSimulator(), ContentSafetySimulator(), VendorSimulator()])
def test_the_simulators_keep_the_contract(opinion: Any) -> None:
    check_opinion(opinion)
    assert SLOT.checked(opinion.name, opinion) is opinion


def test_a_real_plug_in_is_checked_without_asking_anybody() -> None:
    check_opinion(Real(about=outside()))


@pytest.mark.parametrize(
    "other",
    [
        {"operator": " "}, {"kept": ""}, {"country": "Netherlands"}, {"leaves": frozenset()},
        {"leaves": frozenset({"names"})}, {"media": frozenset()}, {"media": frozenset({"text"})},
        {"content_bytes_max": 0},
    ],
)  # fmt: skip
def test_what_leaves_the_house_is_declared_in_full(other: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check_opinion(Real(about=outside(**other)))


@pytest.mark.parametrize("other", [{"name": "Two words"}, {"version": ""}, {"about": "nothing"}])
def test_name_version_and_about_are_what_they_should_be(other: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check_opinion(replace(Real(about=outside()), **other))


def test_something_else_breaks_the_contract() -> None:
    with pytest.raises(Invalid, match="breaks the contract"):
        SLOT.checked("nothing", object())  # type: ignore[arg-type]


def test_a_simulator_says_what_it_is_and_answers_alike() -> None:
    same = OutsideAnswer(score=0.5, label="a", reasons=(), model="m")
    with pytest.raises(AssertionError, match="in its name"):
        check_opinion(Real(about=GOOD))
    with pytest.raises(AssertionError, match="alike"):
        check_opinion(Odd(about=GOOD, answers=(replace(same, score=1 / n) for n in count(1))))
    with pytest.raises(AssertionError, match="score"):
        check_opinion(Odd(about=GOOD, answers=(replace(same, score=7) for _ in count())))
