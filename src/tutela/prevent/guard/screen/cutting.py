"""The pictures of a part of the screen, found by the plain lines between them. Pure.

The recursive cut of Nagy and Seth (1984): wherever a whole row or column is of the colour of what lies round
about, there is a gap; what is left between gaps is cut again the other way, until nothing can be cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.screen.looks import SIDE_MIN
from tutela.prevent.guard.screen.shapes import Colours, Pixels, Rectangle, colours, part

#: Share of a line that has to be of the ground's colour (our own: a scroll bar may cross it).
PLAIN_SHARE: Final = 0.96
#: Cuts that follow one another at most (our own: a table in a window in a page takes six).
DEPTH_MAX: Final = 8
#: Lines are looked at in every second pixel at first.
_STEP: Final = 2


def cut(pixels: Pixels, area: Rectangle) -> list[Rectangle]:
    """The parts of ``area`` that no plain line crosses, without plain margins; small ones are left out."""
    block = colours(part(pixels, area)[::_STEP, ::_STEP])
    return [_grown(one, pixels, area) for one in _parts(block, 0, 0, DEPTH_MAX)]


def _grown(small: Rectangle, pixels: Pixels, area: Rectangle) -> Rectangle:
    """A part in the pixels of the screen, exact to one where plain lines are round it."""
    left, right = area.left + small.left * _STEP, area.left + small.right * _STEP
    top, bottom = area.top + small.top * _STEP, area.top + small.bottom * _STEP
    rows, columns = slice(top, min(bottom, area.bottom)), slice(left, min(right, area.right))

    def column(at: int) -> Colours:
        return colours(pixels[rows, at : at + 1])

    def row(at: int) -> Colours:
        return colours(pixels[at : at + 1, columns])

    left, right = _edge(column, left, area.left, 1), _edge(column, right - 1, area.right - 1, -1) + 1
    top, bottom = _edge(row, top, area.top, 1), _edge(row, bottom - 1, area.bottom - 1, -1) + 1
    return Rectangle(left=left, top=top, width=right - left, height=bottom - top)


def _edge(line: Callable[[int], Colours], found: int, outermost: int, inwards: int) -> int:
    """The first line at or near ``found`` that is not plain, looked for from one line further out."""
    at = max(found - 1, outermost) if inwards > 0 else min(found + 1, outermost)
    for _ in range(_STEP + 1):
        if not _is_plain(line(at)):
            break
        at += inwards
    return at


def _is_plain(line: Colours) -> bool:
    _, counts = np.unique(line, return_counts=True)
    return bool(counts.max() >= PLAIN_SHARE * line.size)


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
