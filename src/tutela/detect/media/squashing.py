"""Pixels squashed to the square that a classifier takes, within the memory of a worker."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Samples for each one of the result that are kept when blocks are averaged first. Pillow's manual calls 3
#: nearly indistinguishable from resampling the whole (``Image.resize``, ``reducing_gap``).
_GAP: Final = 4
#: Blocks of rows that are averaged at once, so that a large picture is never copied whole.
_STRIP_BLOCKS: Final = 64


def squashed(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """``pixels`` (H, W) or (H, W, 3) at (side, side), bilinear over all samples; sides are not kept in ratio.

    Pictures much larger than ``side`` are averaged in whole blocks before.
    """
    rows, columns = pixels.shape[:2]
    factor = max(1, min(rows, columns) // (_GAP * side))
    small = _averaged(pixels, factor) if factor > 1 else Image.fromarray(np.ascontiguousarray(pixels))
    whole = (0.0, 0.0, columns / factor, rows / factor)  # the last blocks may lie partly outside
    return np.array(small.resize((side, side), Image.Resampling.BILINEAR, box=whole))


def _averaged(pixels: NDArray[np.uint8], factor: int) -> Image.Image:
    """Means of blocks of ``factor`` x ``factor`` pixels."""
    step = factor * _STRIP_BLOCKS
    strips = (np.ascontiguousarray(pixels[top : top + step]) for top in range(0, len(pixels), step))
    return Image.fromarray(
        np.concatenate([np.asarray(Image.fromarray(one).reduce(factor)) for one in strips])
    )
