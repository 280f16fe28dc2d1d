from __future__ import annotations

import numpy as np
import pytest

from tests.prevent.guard.screen.desktops import rect
from tutela.prevent.guard.screen.shapes import colours, part, rectangle, whole


def test_a_rectangle_knows_its_corners_and_its_share() -> None:
    one = rect(10, 20, 30, 40)
    assert (one.right, one.bottom, one.area) == (40, 60, 1_200)
    assert one.shared(rect(30, 50, 100, 100)) == 100 and one.shared(rect(40, 20, 5, 5)) == 0
    assert one.likeness(one) == 1 and one.likeness(rect(10, 20, 30, 20)) == pytest.approx(0.5)
    assert one.moved(1, -2) == rect(11, 18, 30, 40)


def test_nothing_lies_between_corners_that_are_crossed() -> None:
    assert rectangle(3, 4, 3, 9) is None and rectangle(3, 4, 5, 4) is None
    assert rectangle(3, 4, 5, 9) == rect(3, 4, 2, 5)


def test_a_part_is_a_view_and_a_colour_is_one_number() -> None:
    pixels = np.arange(6 * 8 * 4, dtype=np.uint8).reshape(6, 8, 4)
    assert whole(pixels) == rect(0, 0, 8, 6)
    assert np.shares_memory(part(pixels, rect(2, 1, 3, 2)), pixels)
    assert colours(part(pixels, rect(2, 1, 3, 2))).shape == (2, 3)
    assert int(colours(pixels)[0, 1]) == int.from_bytes(bytes([4, 5, 6, 7]), "little")
