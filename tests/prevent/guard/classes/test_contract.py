"""The contract of the slot finds what breaks it."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.kernel.errors import Invalid
from tutela.prevent.guard.classes.contract import GROUP, SLOT, check_classifier
from tutela.prevent.guard.classes.fakes import FakeClassifier


@pytest.mark.parametrize("broken", [False, True], ids=["scores", "cannot score here"])
def test_a_classifier_that_keeps_it_passes(broken: bool) -> None:
    assert SLOT.group == GROUP == "tutela.guard_classifiers"
    fake = FakeClassifier(broken=broken)
    assert SLOT.checked("fake", fake) is fake
    assert not fake.closed, "whoever loads it uses it"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"version": ""},
        {"threshold": 0.0},
        {"threshold": 1.5},
        {"side_pixels": 8},
        {"side_pixels": 5_000},
        {"function": lambda _: 2.0},
        {"function": lambda _: None},
        {"function": lambda _: float("nan")},
        {"function": lambda _: 0.9},
        {"function": iter([0.1, 0.2]).__next__},
    ],
    ids=[
        "no name",
        "no version",
        "threshold 0",
        "threshold above 1",
        "small squares",
        "large squares",
        "score above 1",
        "no score",
        "not a number",
        "grey is of the class",
        "two scores of one picture",
    ],
)
def test_one_that_breaks_it_is_told_apart(wrong: dict[str, Any]) -> None:
    if "function" in wrong and wrong["function"].__class__.__name__ == "method-wrapper":
        scores = iter([0.1, 0.2])
        wrong = {"function": lambda _: next(scores)}
    fake = FakeClassifier(**wrong)
    with pytest.raises((AssertionError, TypeError)):  # both are Invalid to the slot
        check_classifier(fake)
    assert fake.closed


def test_what_is_no_classifier_is_invalid() -> None:
    class Nothing:
        name = version = "x"

    with pytest.raises(Invalid):
        SLOT.checked("nothing", Nothing())  # type: ignore[arg-type]  # what a plug-in may get wrong
