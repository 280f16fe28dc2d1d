"""PDQ from pixels to hash: one pass over the bytes, in C or in NumPy (``paths`` decides).

Bit-identical to the ``pdqhash`` package on RGB uint8 pictures. Source: PDQ paper
(ThreatExchange, hashing.pdf), standards/12 section 12.1, performance.md section 2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import paths, pdq_twin
from tutela.arithmetic.operators import LUMA_SIDE, SIDE_MIN, Operator, operator

#: The eight orientations as shown forms name them (decisions.md section 1), in the order of
#: ``pdqhash.compute_dihedral``: original, rotate 90, rotate 180, rotate 270, flip X (``mx``),
#: flip Y (``my``), flip +1 (``md``, the main diagonal), flip -1 (``ma``, the anti-diagonal).
DIHEDRAL_NAMES = ("r0", "r90", "r180", "r270", "mx", "my", "md", "ma")
#: Quality of limited-range film luma (16-235) is multiplied by this (performance.md 2.5).
LIMITED_RANGE_SCALE = 255.0 / 219.0


def reduce_luma(
    pixels: NDArray[np.uint8], rows: Operator | None = None, columns: Operator | None = None
) -> NDArray[np.float32]:
    """The (64, 64) float32 luma reduction (0-255) of uint8 pixels (H, W) grey or (H, W, 3) RGB.

    Rows may be strided (the Y plane of a film frame is not copied). ``rows`` and ``columns``
    default to the operators of H and W; for a reduced JPEG give those of ``scaled_operator``.
    A picture with a full side below 5 px gives zeros: hash all zero, quality 0.
    Raises ValueError for another shape, type or operator size.
    """
    flat = _checked_pixels(pixels)
    height, width = flat.shape[:2]
    rows = operator(height) if rows is None else rows
    columns = operator(width) if columns is None else columns
    if rows.size != height or columns.size != width:
        raise ValueError(f"operators of {rows.size} x {columns.size} for {height} x {width} pixels")
    if rows.full_size < SIDE_MIN or columns.full_size < SIDE_MIN:
        return np.zeros((LUMA_SIDE, LUMA_SIDE), np.float32)
    native = paths.native()
    if native is None:
        return pdq_twin.reduce_luma(flat, rows, columns)
    reduced = np.empty((LUMA_SIDE, LUMA_SIDE), np.float32)
    native.reduce_luma(
        paths.level(),
        flat,
        (rows.starts, rows.lengths, rows.weights),
        (columns.starts, columns.lengths, columns.weights),
        reduced,
    )
    return reduced


def _checked_pixels(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The pixels as (H, W) or (H, W, 3) whose rows are dense; copied only where they are not."""
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3):
        raise ValueError(f"pixels {pixels.shape} {pixels.dtype}: uint8 (H, W) or (H, W, 3) needed")
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim == 3 and pixels.shape[2] != 3:
        raise ValueError(f"{pixels.shape[2]} channels: 1 (grey) or 3 (RGB) needed")
    dense = (1,) if pixels.ndim == 2 else (3, 1)
    return pixels if pixels.strides[1:] == dense else np.ascontiguousarray(pixels)


def finish(untrusted_luma64: NDArray[np.float32], *, quality_scale: float = 1.0) -> tuple[bytes, int]:
    """The PDQ hash (32 bytes in hexadecimal order, bit 255 first) of a reduction and its quality 0-100.

    Film of limited range passes ``LIMITED_RANGE_SCALE``. Raises ValueError when the
    reduction is not (64, 64) float32 within +-4096: it may come from a hijacked worker.
    """
    luma64 = _checked_luma(untrusted_luma64, quality_scale)
    native = paths.native()
    if native is None:
        return pdq_twin.finish(luma64, quality_scale)
    (upright,), quality = native.finish(luma64, quality_scale, 1)
    return upright, quality


def finish_dihedral(
    untrusted_luma64: NDArray[np.float32], *, quality_scale: float = 1.0
) -> tuple[tuple[bytes, ...], int]:
    """The eight hashes in the order of ``DIHEDRAL_NAMES`` and the quality, as ``finish``."""
    luma64 = _checked_luma(untrusted_luma64, quality_scale)
    native = paths.native()
    if native is None:
        return pdq_twin.finish_dihedral(luma64, quality_scale)
    return native.finish(luma64, quality_scale, len(DIHEDRAL_NAMES))


def _checked_luma(luma64: NDArray[np.float32], quality_scale: float) -> NDArray[np.float32]:
    if luma64.shape != (LUMA_SIDE, LUMA_SIDE) or luma64.dtype != np.float32:
        raise ValueError(f"a reduction {luma64.shape} {luma64.dtype}: float32 (64, 64) needed")
    if not 0.0 < quality_scale <= 4.0:
        raise ValueError(f"a quality scale of {quality_scale}: above 0 and up to 4 needed")
    return np.ascontiguousarray(luma64)
