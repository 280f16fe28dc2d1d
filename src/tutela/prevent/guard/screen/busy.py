"""Where on the screen neighbours differ, kept from frame to frame. Pure.

A picture may come piece by piece, or be uncovered by a window that moves: judged is the whole of what is
there now, not only what changed last.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tutela.prevent.guard.screen.islands import islands
from tutela.prevent.guard.screen.shapes import Grid, Pixels, Rectangle, colours, part, rectangle
from tutela.prevent.guard.screen.tiles import TILE, area_of

#: Pixels on each side of a square; two fit a tile.
SQUARE: Final = 32
#: Share of its pixels that differ from a neighbour from which a square is busy (our own: half of dense text).
BUSY_SHARE: Final = 0.5
#: Every so many rows are looked at.
_STRIDE: Final = 4


class Busy:
    """The busy squares of one screen."""

    def __init__(self) -> None:
        self._grid: Grid = np.zeros((0, 0), np.bool_)

    def update(self, pixels: Pixels, changed: list[Rectangle]) -> None:
        """Looks anew at these rectangles of tiles."""
        height, width = pixels.shape[:2]
        size = -(-height // SQUARE), -(-width // SQUARE)
        if self._grid.shape != size:
            self._grid = np.zeros(size, np.bool_)
        for tiles in changed:
            area = area_of(tiles, width, height)
            found = busy_squares(part(pixels, area))
            top, left = area.top // SQUARE, area.left // SQUARE
            self._grid[top : top + found.shape[0], left : left + found.shape[1]] = found

    def around(self, pixels: Pixels, changed: Grid) -> list[Rectangle]:
        """The areas, in pixels, of busy squares that touch one another and one of the changed tiles."""
        height, width = pixels.shape[:2]
        rows, columns = self._grid.shape
        seeds = np.repeat(np.repeat(changed, TILE // SQUARE, axis=0), TILE // SQUARE, axis=1)
        found = islands(self._grid, seeds[:rows, :columns])
        areas = (_widened(one, width, height) for one in found)
        return [one for one in areas if one is not None]


def _widened(squares: Rectangle, width: int, height: int) -> Rectangle | None:
    """An area with a square more on each side, for the edge that is only part of one."""
    return rectangle(
        max(0, (squares.left - 1) * SQUARE),
        max(0, (squares.top - 1) * SQUARE),
        min(width, (squares.right + 1) * SQUARE),
        min(height, (squares.bottom + 1) * SQUARE),
    )


def busy_squares(block: Pixels) -> Grid:
    """The squares of a block in which pixels differ from the one beside or below them."""
    seen = colours(block)
    if min(seen.shape) < 2:  # the last line of a screen
        return np.zeros((-(-seen.shape[0] // SQUARE), -(-seen.shape[1] // SQUARE)), np.bool_)
    rows = seen[: seen.shape[0] - 1 : _STRIDE]
    below = seen[1::_STRIDE][: rows.shape[0]]
    differs = rows != below
    differs[:, :-1] |= rows[:, 1:] != rows[:, :-1]
    down = np.arange(0, differs.shape[0], SQUARE // _STRIDE)
    across = np.arange(0, differs.shape[1], SQUARE)
    counts = np.add.reduceat(np.add.reduceat(differs, down, axis=0, dtype=np.int32), across, axis=1)
    heights = np.diff(np.append(down, differs.shape[0]))[:, None]
    widths = np.diff(np.append(across, differs.shape[1]))[None, :]
    return np.asarray(counts >= BUSY_SHARE * heights * widths, np.bool_)
