from __future__ import annotations

import time

import numpy as np
import pytest

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.classes.asking import ClassifierProcess
from tutela.prevent.guard.classes.shapes import Classifier
from tutela.prevent.guard.classes.shipped import stand_in
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.running.scorers import CLASSES_MAX, Scorers, names_of, open_scorers

SQUARE = np.zeros((16, 16, 3), np.uint8)


class Scorer:
    """Scores as it was told to."""

    name, version = "scorer", "1"

    def __init__(self, score: float, threshold: float = 0.5, *, side: int = 16, seconds: float = 0) -> None:
        self._score, self.threshold, self.side_pixels, self._seconds = score, threshold, side, seconds
        self.left: list[float] = []
        self.closed = False

    def score(self, pixels: object, *, within_seconds: float = 1.5) -> float:
        self.left.append(within_seconds)
        time.sleep(self._seconds)
        return self._score

    def close(self) -> None:
        self.closed = True


def test_the_highest_share_of_an_own_threshold_counts() -> None:
    assert Scorers([Scorer(0.4, 0.5), Scorer(0.2, 0.25)]).score(SQUARE) == pytest.approx(0.8)
    both = Scorers([Scorer(0.1, 0.5), Scorer(0.9, 0.9)])
    assert both.score(SQUARE) >= both.threshold
    assert isinstance(both, Classifier)


def test_each_gets_what_is_left_of_the_time() -> None:
    slow, last = Scorer(0, seconds=0.05), Scorer(0)
    Scorers([slow, last]).score(SQUARE, within_seconds=1)
    assert last.left[0] <= slow.left[0] - 0.05


def test_squares_of_two_sides_are_refused_and_closing_closes_all() -> None:
    with pytest.raises(Unavailable, match="sides"):
        Scorers([Scorer(0), Scorer(0, side=32)])
    pair = [Scorer(0), Scorer(0)]
    Scorers(pair).close()
    assert all(one.closed for one in pair)


def test_the_switches_of_the_policy_name_the_plug_ins() -> None:
    assert names_of(Policy(), ["stand-in"]) == ()
    assert names_of(Policy(classifier=True), ["stand-in"]) == ("stand-in",)
    assert names_of(Policy(adult=True), ["stand-in"]) == ("adult",)
    assert names_of(Policy(classifier=True, adult=True), ["adult", "stand-in"]) == ("adult", "stand-in")


def test_processes_are_started_ahead_of_the_first_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(ClassifierProcess, "begin", lambda self: begun.append(self.name))
    scorers = Scorers([stand_in(), Scorer(0, side=stand_in().side_pixels)])
    scorers.begin()
    assert begun == ["stand-in"]
    scorers.close()


def test_none_named_is_none_and_one_that_is_not_installed_cannot_be_used() -> None:
    assert open_scorers(()) is None
    with pytest.raises(Unavailable, match="cannot be used"):
        open_scorers(["nobody-made-this"])
    with pytest.raises(Unavailable, match="at most"):
        open_scorers([f"c{number}" for number in range(CLASSES_MAX + 1)])
