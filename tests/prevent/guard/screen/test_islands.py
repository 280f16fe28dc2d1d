from __future__ import annotations

import numpy as np

from tests.prevent.guard.screen.desktops import rect
from tutela.prevent.guard.screen.islands import islands
from tutela.prevent.guard.screen.shapes import Grid


def grid(*rows: str) -> Grid:
    return np.array([[sign == "x" for sign in row] for row in rows])


def test_squares_that_touch_at_a_side_or_a_corner_are_one() -> None:
    assert islands(grid("xx...", "..x..", "....x", "x....")) == [
        rect(0, 0, 3, 2),
        rect(4, 2, 1, 1),
        rect(0, 3, 1, 1),
    ]
    assert islands(grid("x.x", ".x.", "x.x")) == [rect(0, 0, 3, 3)]
    assert islands(grid("...")) == []


def test_only_groups_with_a_seed_are_told() -> None:
    squares = grid("xx..x", "....x")
    assert islands(squares, grid(".....", "....x")) == [rect(4, 0, 1, 2)]
    assert islands(squares, grid("..x..", ".....")) == []
