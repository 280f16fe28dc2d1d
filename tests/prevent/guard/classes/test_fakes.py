"""The double says what it was told to say."""

from __future__ import annotations

import numpy as np
import pytest

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.classes.fakes import FakeClassifier

SQUARE = np.zeros((64, 64, 3), np.uint8)


def test_a_fake_scores_by_its_function_and_counts() -> None:
    fake = FakeClassifier(function=lambda pixels: float(pixels.mean()))
    assert fake.score(SQUARE) == 0
    fake.close()
    assert (fake.asked, fake.shapes) == (1, {(64, 64, 3)})


def test_a_broken_fake_and_one_without_time_are_unavailable() -> None:
    with pytest.raises(Unavailable):
        FakeClassifier(broken=True).score(SQUARE)
    with pytest.raises(Unavailable):
        FakeClassifier().score(SQUARE, within_seconds=0)
