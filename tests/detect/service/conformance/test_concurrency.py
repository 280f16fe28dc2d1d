"""Many askers: each answer is compared with the one given alone."""

from __future__ import annotations

from threading import Lock

from tests.detect.service.conformance.running import FEW, outcomes
from tutela.detect.service.conformance.concurrency import many_askers
from tutela.detect.service.conformance.shapes.contract import Answer
from tutela.detect.service.conformance.shapes.memory import MemorySubject
from tutela.kernel.errors import Unavailable

ASKED = 2 * FEW.pictures


class Tiring(MemorySubject):
    """Answers well until each picture was asked once, and then with ``fault``."""

    def __init__(self, fault: Exception | None) -> None:
        super().__init__()
        self.fault, self.asked, self.lock = fault, 0, Lock()

    def ask_picture(self, picture: bytes) -> Answer:
        with self.lock:
            self.asked += 1
            tired = self.asked > ASKED + FEW.pictures  # the kit waits until each of its pictures is known
        if tired and self.fault:
            raise self.fault
        return Answer() if tired else super().ask_picture(picture)


def test_all_askers_get_the_same_answers() -> None:
    (outcome,) = outcomes(many_askers)
    assert (outcome.found, outcome.total, outcome.words) == (2 * ASKED, 2 * ASKED, "")


def test_errors_and_other_answers_are_counted_apart() -> None:
    (errors,) = outcomes(many_askers, Tiring(Unavailable("gone")))
    assert errors.words == f"{2 * ASKED} errors"
    (others,) = outcomes(many_askers, Tiring(None))
    assert others.words == f"{2 * FEW.pictures} other answers than alone"
