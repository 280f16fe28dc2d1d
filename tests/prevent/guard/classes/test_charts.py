"""The harmless pictures of the stand-in class."""

from __future__ import annotations

import numpy as np
import pytest

from tutela.prevent.guard.classes.charts import LIME, MAGENTA, chart


@pytest.mark.parametrize(("width", "height"), [(640, 480), (224, 224), (30, 500), (5, 3)])
def test_a_chart_is_half_of_each_colour(width: int, height: int) -> None:
    made = chart(width, height)
    assert made.shape == (height, width, 3)
    assert made.dtype == np.uint8
    magenta, lime = ((made == colour).all(axis=2).mean() for colour in (MAGENTA, LIME))
    assert magenta + lime == 1
    assert abs(magenta - lime) < 0.2


def test_neighbouring_fields_differ() -> None:
    made = chart(160, 160)
    assert tuple(made[0, 0]) == MAGENTA
    assert tuple(made[0, 20]) == tuple(made[20, 0]) == LIME
    assert tuple(made[20, 20]) == MAGENTA
