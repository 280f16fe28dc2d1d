"""PDQ in NumPy: the oracle of the C kernel, and what runs where no compiler was.

Same formulas as ``native/pdq.c``, every float added in the same order (element by element, no
BLAS), so that both give the same bits even where coefficients tie at the median.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic.operators import LUMA_SIDE, Operator

#: Luma of PDQ: ITU-R BT.601 weights (pdqhashing.cpp fillFloatLumaFromRGB).
LUMA_WEIGHTS = (0.299, 0.587, 0.114)
#: Frequencies a side that PDQ keeps: 1 to 16, without the constant term (PDQ paper).
FREQUENCIES = 16
#: Source rows a sweep and lanes along a line (ROWS and LANES of native/pdq.c).
SWEEP, LANES = 4, 4
#: Divisor and cap of the gradient sum (pdqhashing.cpp computeImageDomainQualityMetric).
QUALITY_DIVISOR, QUALITY_MAX = 90, 100
#: Luma outside +-this is refused: 8-bit pictures stay within 0-255, because weights sum to 1.
LUMA_MAX = 4096.0


def _dct_matrix() -> NDArray[np.float32]:
    """The 16 x 64 rows ``sqrt(2/64) cos(pi/128 (p + 1)(2q + 1))`` in float32.

    The root is rounded to float32 first, as in the reference (pdqhashing.cpp dct_matrix_64).
    """
    root = float(np.float32(math.sqrt(2.0 / LUMA_SIDE)))
    rows = [
        [root * math.cos(math.pi / 128.0 * p * (2 * q + 1)) for q in range(LUMA_SIDE)]
        for p in range(1, FREQUENCIES + 1)
    ]
    return np.array(rows).astype(np.float32)


#: The DCT matrix, (16, 64) float32.
DCT = _dct_matrix()
#: Mirroring an axis negates the cosines of even index (performance.md section 2.6).
_SIGN = np.where(np.arange(FREQUENCIES) % 2 == 1, np.float32(1), np.float32(-1))


def reduce_luma(pixels: NDArray[np.uint8], rows: Operator, columns: Operator) -> NDArray[np.float32]:
    """The (64, 64) float32 luma reduction of uint8 pixels (H, W) or (H, W, 3) RGB.

    Works band by band, so that at most 1/64 of the picture exists as float32.
    """
    across = np.empty((LUMA_SIDE, columns.size), np.float32)
    for i in range(LUMA_SIDE):
        start, length = int(rows.starts[i]), int(rows.lengths[i])
        band = pixels[start : start + length].reshape(length, -1)
        across[i] = _mix(_weigh_rows(band, rows.weights[i, :length]), pixels.ndim)
    return _weigh_lines(across, columns)


def _weigh_rows(band: NDArray[np.uint8], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weighted sum of the rows of a band, ``SWEEP`` rows at a time."""
    line = np.zeros(band.shape[1], np.float32)
    for first in range(0, len(band), SWEEP):
        sweep = band[first : first + SWEEP].astype(np.float32) * weights[first : first + SWEEP, None]
        line += functools.reduce(np.add, sweep)
    return line


def _weigh_lines(across: NDArray[np.float32], columns: Operator) -> NDArray[np.float32]:
    """All 64 x 64 weighted sums along the lines: sample x goes to lane x mod 4, lanes are folded."""
    width = columns.weights.shape[1]
    padded = np.zeros((LUMA_SIDE, -(-width // LANES) * LANES), np.float32)
    padded[:, :width] = np.where(np.arange(width) < columns.lengths[:, None], columns.weights, np.float32(0))
    lanes = np.zeros((LUMA_SIDE, LUMA_SIDE, LANES), np.float32)
    for first in range(0, padded.shape[1], LANES):
        places = columns.starts[:, None] + np.arange(first, first + LANES)
        samples = across[:, np.minimum(places, columns.size - 1)]
        lanes += samples * padded[:, first : first + LANES]
    return (lanes[..., 0] + lanes[..., 2]) + (lanes[..., 1] + lanes[..., 3])


def _mix(line: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    if dimensions == 2:
        return line
    red, green, blue = (line[channel::3].astype(np.float64) for channel in range(3))
    mixed = red * LUMA_WEIGHTS[0] + green * LUMA_WEIGHTS[1] + blue * LUMA_WEIGHTS[2]
    return mixed.astype(np.float32)


def quality_of(luma64: NDArray[np.float32], quality_scale: float) -> int:
    """Quality 0-100: the sum of the truncated differences between neighbours, in percent of 255."""
    scale = np.float32(quality_scale)
    down = (luma64[:-1] - luma64[1:]) * scale
    right = (luma64[:, :-1] - luma64[:, 1:]) * scale
    total = sum(
        int(np.abs(np.trunc(step * np.float32(100) / np.float32(255)).astype(np.int64)).sum())
        for step in (down, right)
    )
    return min(QUALITY_MAX, total // QUALITY_DIVISOR)


def finish(luma64: NDArray[np.float32], quality_scale: float) -> tuple[bytes, int]:
    """The 32-byte PDQ hash of a reduction and its quality 0-100."""
    return _bits(_coefficients(luma64)), quality_of(luma64, quality_scale)


def finish_dihedral(luma64: NDArray[np.float32], quality_scale: float) -> tuple[tuple[bytes, ...], int]:
    """The hashes of the eight orientations (order of ``pdq.DIHEDRAL_NAMES``) and the quality."""
    upright = _coefficients(luma64)
    by_row, by_column = upright * _SIGN[:, None], upright * _SIGN[None, :]
    by_both = by_row * _SIGN[None, :]
    forms = (upright, by_column.T, by_both, by_row.T, by_row, by_column, upright.T, by_both.T)
    return tuple(_bits(form) for form in forms), quality_of(luma64, quality_scale)


def _coefficients(luma64: NDArray[np.float32]) -> NDArray[np.float32]:
    if not bool(np.abs(luma64).max() <= LUMA_MAX):  # NaN fails the comparison too
        raise ValueError(f"a reduction beyond +-{LUMA_MAX:.0f}: not luma of an 8-bit picture")
    across = np.zeros((FREQUENCIES, LUMA_SIDE), np.float32)
    for k in range(LUMA_SIDE):
        across += DCT[:, k, None] * luma64[k]
    coefficients = np.zeros((FREQUENCIES, FREQUENCIES), np.float32)
    for k in range(LUMA_SIDE):
        coefficients += across[:, k, None] * DCT[:, k]
    return coefficients


def _bits(coefficients: NDArray[np.float32]) -> bytes:
    """Bit ``16 p + q`` is set where the coefficient exceeds the lower median; bit 255 comes first."""
    flat = coefficients.ravel()
    median = np.partition(flat, 127)[127]
    return np.packbits(flat[::-1] > median).tobytes()
