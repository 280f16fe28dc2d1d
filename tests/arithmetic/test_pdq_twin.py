"""The NumPy twin of PDQ gives the very bits of the C kernel, at every instruction set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.arithmetic.sets import in_every_path, landscape
from tutela.arithmetic import finish_dihedral, forced_path, operator, pdq_twin, reduce_luma, scaled_operator
from tutela.arithmetic.paths import available_paths

BASE = landscape(600, 700)


def same_bits_everywhere(pixels: NDArray[np.uint8], rows: int, columns: int, eighths: int = 8) -> None:
    """Asserts that all paths give one reduction and one set of eight hashes."""
    seen = set()
    for _ in in_every_path():
        luma64 = reduce_luma(
            pixels,
            rows=scaled_operator(rows, eighths, pixels.shape[0]),
            columns=scaled_operator(columns, eighths, pixels.shape[1]),
        )
        seen.add((luma64.tobytes(), finish_dihedral(luma64)))
    assert len(seen) == 1


@settings(max_examples=60)
@given(st.data())
def test_reduction_and_hashes_are_the_same_bits_in_every_path(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 600)), data.draw(st.integers(1, 700))
    top, left = data.draw(st.integers(0, 600 - height)), data.draw(st.integers(0, 700 - width))
    picture = BASE[top : top + height, left : left + width]
    grey = data.draw(st.booleans())
    same_bits_everywhere(picture[:, :, 1] if grey else picture, height, width)


@pytest.mark.parametrize("eighths", [1, 2, 3, 4, 7])
def test_reduced_pictures_are_the_same_bits_in_every_path(eighths: int) -> None:
    rows, columns = 1_601, 1_203
    small = BASE[: -(-rows * eighths // 8), : -(-columns * eighths // 8)]
    if small.shape[0] * 8 < rows * eighths or small.shape[1] * 8 < columns * eighths:
        small = landscape(-(-rows * eighths // 8), -(-columns * eighths // 8))
    same_bits_everywhere(small, rows, columns, eighths)


@pytest.mark.parametrize("side", [8, 16, 32])
def test_strips_whose_coefficients_tie_at_the_median_are_the_same_bits_too(side: int) -> None:
    same_bits_everywhere(np.ascontiguousarray(BASE[:, :side]), 600, side)
    stripes = np.repeat((np.arange(512) // 7 * 31 % 256).astype(np.uint8)[:, None], 300, axis=1)
    same_bits_everywhere(stripes, 512, 300)


def test_twin_agrees_with_a_dense_float64_product() -> None:
    rows, columns = operator(600), operator(700)
    luma = BASE.astype(np.float64) @ np.array(pdq_twin.LUMA_WEIGHTS)
    dense = []
    for band in (rows, columns):
        matrix = np.zeros((64, band.size))
        for i in range(64):
            matrix[i, band.starts[i] : band.starts[i] + band.lengths[i]] = band.weights[i, : band.lengths[i]]
        dense.append(matrix)
    assert np.abs(dense[0] @ luma @ dense[1].T - pdq_twin.reduce_luma(BASE, rows, columns)).max() < 1e-3


def test_quality_counts_whole_percent_steps_between_neighbours() -> None:
    luma64 = np.zeros((64, 64), np.float32)
    luma64[:, 32:] = 255
    assert pdq_twin.quality_of(luma64, 1.0) == 64 * 100 // 90
    luma64[:, 32:] = 2.5
    assert pdq_twin.quality_of(luma64, 1.0) == 0


def test_kernel_is_in_use_where_it_was_built() -> None:
    names = available_paths()
    assert names[0] == "numpy"
    for name in names:
        with forced_path(name):
            finish_dihedral(reduce_luma(BASE))
