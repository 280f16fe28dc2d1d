"""Contract of the slot ``tutela.guard_classifiers``: plain functions that raise AssertionError."""

from __future__ import annotations

import numpy as np

from tutela.kernel.errors import Unavailable
from tutela.kernel.slots import Slot
from tutela.prevent.guard.classes.shapes import Classifier

#: Entry-point group of this slot.
GROUP = "tutela.guard_classifiers"
#: Sides that pictures are squashed to, in pixels.
SIDE_MIN, SIDE_MAX = 16, 1_024
#: Seconds for the first score, with the start of a process.
_FIRST_SECONDS = 30.0


def check_classifier(classifier: Classifier) -> None:
    """Raises AssertionError with the broken rule unless ``classifier`` keeps the contract of its protocol.

    One that cannot score here keeps it by saying so: Unavailable, and nothing else, is its answer then. It
    stays open, for whoever loads it uses it; one that breaks a rule is closed.
    """
    try:
        _check(classifier)
    except BaseException:
        if callable(close := getattr(classifier, "close", None)):
            close()
        raise


def _check(classifier: Classifier) -> None:
    for attribute in ("name", "version"):
        value = getattr(classifier, attribute)
        _holds(isinstance(value, str) and bool(value), f"{attribute} is a word")
    _holds(isinstance(classifier, Classifier), "it has all that the protocol names")
    _holds(0 < classifier.threshold <= 1, "the threshold is above 0 and at most 1")
    _holds(SIDE_MIN <= classifier.side_pixels <= SIDE_MAX, "the side is 16 to 1024 pixels")
    try:
        _check_scores(classifier)
    except Unavailable:
        return


def _check_scores(classifier: Classifier) -> None:
    grey = np.full((classifier.side_pixels, classifier.side_pixels, 3), 128, np.uint8)
    score = classifier.score(grey, within_seconds=_FIRST_SECONDS)
    _holds(0 <= score <= 1, "a score is a number from 0 to 1")
    _holds(classifier.score(grey) == score, "the same picture has the same score")
    _holds(score < classifier.threshold, "a plain grey picture is not of the class")


def _holds(condition: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise AssertionError(rule)


#: The slot: plug-ins are loaded by name and checked once.
SLOT: Slot[Classifier] = Slot(group=GROUP, protocol=Classifier, contract=check_classifier)
