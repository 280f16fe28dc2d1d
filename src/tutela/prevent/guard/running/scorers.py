"""The classifiers that the person switched on, asked as one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.errors import TutelaError, Unavailable
from tutela.prevent.guard.classes.asking import ClassifierProcess
from tutela.prevent.guard.classes.cards import Card
from tutela.prevent.guard.classes.contract import SLOT
from tutela.prevent.guard.classes.shapes import Classifier
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.shapes import HOLD_SECONDS

#: The plug-in of the switch for adult content.
ADULT: Final = "adult"
#: Classifiers at most that one device has switched on (our own: each is a process, and takes its time).
CLASSES_MAX: Final = 4


def names_of(policy: Policy, classes: Sequence[str]) -> tuple[str, ...]:
    """The plug-ins that the policy has on."""
    chosen = tuple(classes) if policy.classifier else ()
    return tuple(dict.fromkeys((*chosen, *((ADULT,) if policy.adult else ()))))


class Scorers:
    """Implements ``Classifier`` by several that take squares of one side. Closes them.

    Its score is the highest share of a classifier's own threshold, so that 1 is the threshold of all.
    """

    name, version, threshold = "all", "1", 1.0

    def __init__(self, classifiers: Sequence[Classifier]) -> None:
        self._all = tuple(classifiers)
        sides = {one.side_pixels for one in self._all}
        if len(sides) != 1:
            raise Unavailable("these classifiers take squares of different sides: switch one off")
        self.side_pixels = sides.pop()

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards of those that have one."""
        return tuple(one.card for one in self._all if isinstance(one, ClassifierProcess))

    def begin(self) -> None:
        """Has processes started ahead of the first picture, which would wait for them otherwise."""
        for one in self._all:
            if isinstance(one, ClassifierProcess):
                one.begin()

    def score(self, pixels: NDArray[np.uint8], *, within_seconds: float = HOLD_SECONDS) -> float:
        """The highest share. Raises Unavailable where one has no score in time."""
        deadline = time.monotonic() + within_seconds
        return max(
            one.score(pixels, within_seconds=deadline - time.monotonic()) / one.threshold for one in self._all
        )

    def close(self) -> None:
        """Ends them all. Safe to call twice."""
        for one in self._all:
            one.close()


def open_scorers(names: Sequence[str]) -> Classifier | None:
    """These plug-ins as one; None for no name. Raises Unavailable where one cannot be used here."""
    if not names:
        return None
    if len(names) > CLASSES_MAX:
        raise Unavailable(f"at most {CLASSES_MAX} classifiers at the same time")
    try:
        scorers = Scorers([SLOT.load(name) for name in names])
        scorers.begin()
        return scorers
    except TutelaError as error:
        raise Unavailable(f"a classifier cannot be used: {error.message}") from error
