"""Which tiles of the screen differ between two frames. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np

from tutela.prevent.guard.screen.shapes import Grid, Pixels, Rectangle, colours, part, rectangle

#: Pixels on each side of a tile (prevention.md A2: a difference of 64-px tiles takes 1.1 ms).
TILE: Final = 64
#: Only every so many rows are compared: a change of fewer rows is no picture, and a quarter of the memory is
#: read while nothing happens.
STRIDE: Final = 4


def grid_size(width: int, height: int) -> tuple[int, int]:
    """(rows, columns) of the grid over a screen; the last ones may be narrower."""
    return -(-height // TILE), -(-width // TILE)


def changed(before: Pixels | None, after: Pixels) -> Grid:
    """The tiles that differ; all of them where there was no frame, or one of another size."""
    height, width = after.shape[:2]
    if before is None or before.shape != after.shape:
        return np.ones(grid_size(width, height), np.bool_)
    differs = before.view(np.uint32)[::STRIDE, :, 0] != after.view(np.uint32)[::STRIDE, :, 0]
    if not differs.any():
        return np.zeros(grid_size(width, height), np.bool_)
    by_row = np.logical_or.reduceat(differs, np.arange(0, differs.shape[0], TILE // STRIDE), axis=0)
    return np.logical_or.reduceat(by_row, np.arange(0, width, TILE), axis=1)


def area_of(tiles: Rectangle, width: int, height: int) -> Rectangle:
    """The pixels of a rectangle of tiles, cut off where the screen ends."""
    area = rectangle(
        tiles.left * TILE,
        tiles.top * TILE,
        min(width, tiles.right * TILE),
        min(height, tiles.bottom * TILE),
    )
    if area is None:
        raise ValueError("tiles outside of the screen")
    return area


def tiles_of(area: Rectangle) -> Rectangle:
    """The tiles that an area touches."""
    left, top = area.left // TILE, area.top // TILE
    return Rectangle(
        left=left, top=top, width=-(-area.right // TILE) - left, height=-(-area.bottom // TILE) - top
    )


def changed_within(before: Pixels | None, after: Pixels, area: Rectangle) -> Rectangle | None:
    """The least rectangle inside ``area`` that holds every pixel that differs, exact to the pixel."""
    if before is None or before.shape != after.shape:
        return area
    differs = colours(part(before, area)) != colours(part(after, area))
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return None
    return Rectangle(
        left=area.left + int(columns[0]),
        top=area.top + int(rows[0]),
        width=int(columns[-1] - columns[0]) + 1,
        height=int(rows[-1] - rows[0]) + 1,
    )
