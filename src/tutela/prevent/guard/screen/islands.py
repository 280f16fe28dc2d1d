"""Squares of a grid that touch one another, as rectangles. Pure."""

from __future__ import annotations

import numpy as np

from tutela.prevent.guard.screen.shapes import Grid, Rectangle


def islands(grid: Grid, seeds: Grid | None = None) -> list[Rectangle]:
    """The least rectangle, in squares, round each group of squares that touch at a side or a corner.

    Only groups that hold one of ``seeds``, where these are given. From top to bottom, then left to right.
    """
    open_squares = {(int(row), int(column)) for row, column in np.argwhere(grid)}
    starts = open_squares if seeds is None else {(int(r), int(c)) for r, c in np.argwhere(grid & seeds)}
    found = []
    for start in sorted(starts):
        if start in open_squares:
            found.append(_box(_taken(open_squares, start)))
    return found


def _taken(open_squares: set[tuple[int, int]], start: tuple[int, int]) -> list[tuple[int, int]]:
    """All squares of the group of ``start``, taken out of ``open_squares``."""
    open_squares.remove(start)
    group = [start]
    for row, column in group:
        for near in (
            (row - 1, column - 1),
            (row - 1, column),
            (row - 1, column + 1),
            (row, column - 1),
            (row, column + 1),
            (row + 1, column - 1),
            (row + 1, column),
            (row + 1, column + 1),
        ):
            if near in open_squares:
                open_squares.remove(near)
                group.append(near)
    return group


def _box(group: list[tuple[int, int]]) -> Rectangle:
    rows, columns = [row for row, _ in group], [column for _, column in group]
    left, top = min(columns), min(rows)
    return Rectangle(left=left, top=top, width=max(columns) - left + 1, height=max(rows) - top + 1)
