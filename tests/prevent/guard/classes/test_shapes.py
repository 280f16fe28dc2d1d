"""Who is a classifier."""

from __future__ import annotations

from tests.prevent.guard.classes.making import card, held
from tutela.prevent.guard.classes.asking import ClassifierProcess
from tutela.prevent.guard.classes.fakes import FakeClassifier
from tutela.prevent.guard.classes.shapes import Classifier


def test_the_process_and_its_double_are_classifiers_and_a_card_is_none() -> None:
    assert isinstance(FakeClassifier(), Classifier)
    assert isinstance(ClassifierProcess(card(), held()), Classifier)
    assert not isinstance(card(), Classifier)
