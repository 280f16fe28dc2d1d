"""The banded operators against the definition of the reference's box filter, and their cache."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tutela.arithmetic.operators import SIDE_MAX, Operator, OperatorCache, operator, scaled_operator


def dense(band: Operator) -> NDArray[np.float64]:
    matrix = np.zeros((64, band.size))
    for row, start, length, weights in zip(matrix, band.starts, band.lengths, band.weights, strict=True):
        row[start : start + length] = weights[:length]
    return matrix


def by_definition(n: int) -> NDArray[np.float64]:
    """Box, box, sample: each box averages over the samples that exist (standards/12 section 12.1)."""
    window = -(-n // 128)
    half = (window + 2) // 2
    box = np.zeros((n, n))
    for j in range(n):
        first, last = max(0, j - (window - half)), min(n - 1, j + half - 1)
        box[j, first : last + 1] = 1 / (last - first + 1)
    return (box @ box)[[int((i + 0.5) * n / 64) for i in range(64)]]


@settings(max_examples=40)
@given(st.integers(1, 700))
def test_operator_is_two_boxes_and_a_sampling(n: int) -> None:
    assert np.abs(dense(operator(n)) - by_definition(n)).max() < 1e-7


@settings(max_examples=40)
@given(st.integers(1, 900), st.integers(1, 8))
def test_scaled_operator_weighs_blocks_of_the_full_picture(n: int, eighths: int) -> None:
    size = -(-n * eighths // 8)
    block = 8 / eighths
    edges = np.minimum(np.arange(size + 1) * block, n)
    edges[-1] = n
    y = np.arange(n)[:, None]
    overlap = np.clip(np.minimum(edges[1:], y + 1) - np.maximum(edges[:-1], y), 0, 1)
    band = scaled_operator(n, eighths, size)
    assert band.full_size == n
    assert np.abs(dense(band) - by_definition(n) @ overlap).max() < 1e-6


@pytest.mark.parametrize("n", [1, 4, 5, 63, 64, 65, 127, 128, 129, 4_000, SIDE_MAX])
@pytest.mark.parametrize("eighths", [1, 4, 8])
def test_rows_stay_inside_the_picture_and_sum_to_one(n: int, eighths: int) -> None:
    band = scaled_operator(n, eighths, -(-n * eighths // 8))
    assert (band.starts >= 0).all()
    assert (band.lengths >= 1).all()
    assert (band.starts + band.lengths <= band.size).all()
    assert (band.lengths <= band.weights.shape[1]).all()
    assert np.allclose(band.weights.sum(axis=1), 1, atol=1e-5)
    assert not band.weights.flags.writeable


@pytest.mark.parametrize(
    ("full_size", "eighths", "size"),
    [(0, 8, 0), (SIDE_MAX + 1, 8, SIDE_MAX + 1), (64, 0, 0), (64, 9, 72), (64, 4, 33)],
)
def test_impossible_sides_are_refused(full_size: int, eighths: int, size: int) -> None:
    with pytest.raises(ValueError):
        scaled_operator(full_size, eighths, size)


def test_operator_is_built_once() -> None:
    assert operator(777) is operator(777)
    assert operator(777) is scaled_operator(777, 8, 777)


def test_cache_is_bounded_by_bytes_and_keeps_what_was_used_last() -> None:
    one = operator(1_000)
    cache = OperatorCache(bytes_max=3 * one.size_bytes)
    for side in (1, 2, 3, 1, 4):
        cache.get((side, 8), lambda: one)
    assert cache.size_bytes == 3 * one.size_bytes
    missing = OperatorCache(bytes_max=0)
    kept = [side for side in (1, 4, 3, 2) if cache.get((side, 8), lambda: operator(1)) is one]
    assert kept == [1, 4, 3]
    assert missing.get((1, 8), lambda: one) is one


def test_cache_serves_many_threads() -> None:
    one = operator(1_000)
    cache = OperatorCache(bytes_max=5 * one.size_bytes)

    def work(seed: int) -> None:
        for side in np.random.default_rng(seed).integers(0, 12, 500):
            assert cache.get((int(side), 8), lambda: one) is one

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.size_bytes <= 5 * one.size_bytes
