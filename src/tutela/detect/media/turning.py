"""Shown orientation and reduced decoding as operators, so that no turned copy of a picture exists.

PDQ's reduction acts on each axis on its own, so the reduction of a turned picture is the
reduction of the stored one with reversed operators, transposed where rows and columns change
places. Sums are the same up to the order of addition (performance.md section 2.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic.operators import LUMA_SIDE, Operator, operator, scaled_operator
from tutela.arithmetic.pdq import reduce_luma

#: EXIF orientation -> (rows reversed, columns reversed, then transposed). Exif 2.32, tag 0x0112:
#: the shown picture is the stored one with its rows and columns reversed as said, then
#: transposed. 6 = turn the stored picture 90 degrees clockwise.
TURNS: Final[dict[int, tuple[bool, bool, bool]]] = {
    1: (False, False, False),
    2: (False, True, False),
    3: (True, True, False),
    4: (True, False, False),
    5: (False, False, True),
    6: (True, False, True),
    7: (True, True, True),
    8: (False, True, True),
}
EIGHTHS: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Geometry:
    """Stored full size in pixels, scale of the decoded pixels in eighths, EXIF orientation 1-8."""

    width: int
    height: int
    eighths: int = EIGHTHS
    orientation: int = 1

    @property
    def shown_size(self) -> tuple[int, int]:
        """(width, height) as a viewer shows it."""
        return (self.height, self.width) if TURNS[self.orientation][2] else (self.width, self.height)


def shown_luma(pixels: NDArray[np.uint8], geometry: Geometry) -> NDArray[np.float32]:
    """The (64, 64) reduction of the picture as shown, from pixels as stored (grey or RGB)."""
    flip_rows, flip_columns, transposed = TURNS[geometry.orientation]
    rows = turned_operator(geometry.height, geometry.eighths, flip_rows)
    columns = turned_operator(geometry.width, geometry.eighths, flip_columns)
    luma = reduce_luma(pixels, rows, columns)
    return np.ascontiguousarray(luma.T) if transposed else luma


def shown_pixels(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """The pixels as a viewer shows them (a view; copy before sending)."""
    flip_rows, flip_columns, transposed = TURNS[orientation]
    turned = pixels[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1]
    return turned.swapaxes(0, 1) if transposed else turned


def turned_operator(full_size: int, eighths: int, reverse: bool) -> Operator:  # noqa: FBT001 - key of a cache
    """The operator of an axis of ``full_size`` pixels decoded at ``eighths``/8, reversed or not."""
    if not reverse:
        return scaled_operator(full_size, eighths, reduced_size(full_size, eighths))
    return _reversed_operator(full_size, eighths)


def reduced_size(full_size: int, eighths: int) -> int:
    """Side of a picture of ``full_size`` pixels at ``eighths``/8: rounded up, as libjpeg does."""
    return -(-full_size * eighths // EIGHTHS)


@lru_cache(32)
def _reversed_operator(full_size: int, eighths: int) -> Operator:
    """The full operator reversed, then summed over blocks that start at the stored first pixel."""
    full = operator(full_size)
    dense = np.zeros((LUMA_SIDE, full_size))
    for row, (start, length) in enumerate(zip(full.starts, full.lengths, strict=True)):
        dense[row, start : start + length] = full.weights[row, :length]
    block = EIGHTHS // eighths
    size = reduced_size(full_size, eighths)
    padded = np.zeros((LUMA_SIDE, size * block))
    padded[:, :full_size] = dense[:, ::-1]
    return _banded(padded.reshape(LUMA_SIDE, size, block).sum(axis=2), full_size)


def _banded(dense: NDArray[np.float64], full_size: int) -> Operator:
    """A dense (64, n) matrix as a banded operator with read-only arrays."""
    there = dense > 0
    starts = there.argmax(axis=1)
    ends = dense.shape[1] - there[:, ::-1].argmax(axis=1)
    lengths = ends - starts
    weights = np.zeros((LUMA_SIDE, int(lengths.max())), np.float32)
    for row in range(LUMA_SIDE):
        weights[row, : lengths[row]] = dense[row, starts[row] : ends[row]]
    arrays = (starts.astype(np.int32), lengths.astype(np.int32), weights)
    for array in arrays:
        array.setflags(write=False)
    return Operator(
        size=dense.shape[1], full_size=full_size, starts=arrays[0], lengths=arrays[1], weights=arrays[2]
    )
