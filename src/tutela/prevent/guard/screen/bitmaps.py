"""A part of the screen as a file that the judge's sandbox opens: a BMP, reduced if it is very large. Pure."""

from __future__ import annotations

import math
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.screen.shapes import Pixels

#: Pixels of the largest file (our own: a screen of 1920 x 1080 stays as it is; 12 MB, of 32 MiB at most).
PIXELS_MAX: Final = 4_000_000
#: File header, then BITMAPINFOHEADER: 24 bits a pixel, no compression (Microsoft, Bitmap Storage).
_HEADER: Final = struct.Struct("<2sIHHI IiiHHIIiiII")
_PIXELS_PER_METRE: Final = 2_835


def bitmap(block: Pixels) -> bytes:
    """The block as a file."""
    pixels = _reduced(block[..., :3])
    height, width = pixels.shape[:2]
    row_bytes = -(-width * 3 // 4) * 4
    rows = np.zeros((height, row_bytes), np.uint8)
    rows[:, : width * 3] = pixels.reshape(height, width * 3)
    head = _HEADER.pack(
        b"BM", _HEADER.size + rows.nbytes, 0, 0, _HEADER.size,
        40, width, -height, 1, 24, 0, rows.nbytes, _PIXELS_PER_METRE, _PIXELS_PER_METRE, 0, 0,
    )  # fmt: skip
    return head + rows.tobytes()


def _reduced(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Means of squares, so that no more than ``PIXELS_MAX`` are left."""
    height, width = pixels.shape[:2]
    factor = math.ceil(math.sqrt(height * width / PIXELS_MAX))
    if factor <= 1:
        return np.ascontiguousarray(pixels)
    rows, columns = height // factor, width // factor
    squares = pixels[: rows * factor, : columns * factor].reshape(rows, factor, columns, factor, 3)
    return np.asarray(squares.mean(axis=(1, 3), dtype=np.float32), np.uint8)
