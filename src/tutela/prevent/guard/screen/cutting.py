"""The pictures of a part of the screen, found by the plain lines between them. Pure.

The recursive cut of Nagy and Seth (1984): wherever a whole row or column is of the colour of what lies round
about, there is a gap; what is left between gaps is cut again the other way, until nothing can be cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.screen.looks import SIDE_MIN
from tutela.prevent.guard.screen.shapes import Colours, Pixels, Rectangle, colours, part

#: Share of a line that has to be of the ground's colour (our own: a scroll bar may cross it).
PLAIN_SHARE: Final = 0.96
#: Cuts that follow one another at most (our own: a table in a window in a page takes six).
DEPTH_MAX: Final = 8
#: Lines are looked at in every second pixel; edges are then exact to two.
_STEP: Final = 2


def cut(pixels: Pixels, area: Rectangle) -> list[Rectangle]:
    """The parts of ``area`` that no plain line crosses, without plain margins; small ones are left out."""
    block = colours(part(pixels, area)[::_STEP, ::_STEP])
    return [_grown(one, area) for one in _parts(block, 0, 0, DEPTH_MAX)]


def _grown(small: Rectangle, area: Rectangle) -> Rectangle:
    """A part in the pixels of the screen."""
    left, top = area.left + small.left * _STEP, area.top + small.top * _STEP
    return Rectangle(
        left=left,
        top=top,
        width=min(small.width * _STEP, area.right - left),
        height=min(small.height * _STEP, area.bottom - top),
    )


def _parts(block: Colours, left: int, top: int, depth: int) -> Iterator[Rectangle]:
    """The parts of one block that begins at ``left`` and ``top``."""
    height, width = block.shape
    if min(height, width) * _STEP < SIDE_MIN:
        return
    is_ground = block == _ground(block)
    rows = _runs(is_ground.mean(axis=1) < PLAIN_SHARE)
    columns = _runs(is_ground.mean(axis=0) < PLAIN_SHARE)
    if depth == 0 or (rows == [(0, height)] and columns == [(0, width)]):
        yield Rectangle(left=left, top=top, width=width, height=height)
        return
    for first, last in rows:
        for start, end in columns:
            yield from _parts(block[first:last, start:end], left + start, top + first, depth - 1)


def _ground(block: Colours) -> np.uint32:
    """The colour that is there most, among those of the edge: what lies round about."""
    edge = np.concatenate([block[0], block[-1], block[:, 0], block[:, -1]])
    values, counts = np.unique(edge, return_counts=True)
    return np.uint32(values[counts.argmax()])


def _runs(filled: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, behind the last) of each run of lines that are not plain."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.view(np.int8), [0]])))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
