"""The contract of the index slot finds what is wrong with an index."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tutela.arithmetic import Hits, MihArrays
from tutela.detect.matching.contract import (
    adversarial,
    check_index,
    flip_bits,
    hash_sets,
    pairs_of,
    true_pairs,
)
from tutela.detect.matching.index import LinearHashes, LinearIndex, Searchable


class Forgetful(LinearHashes):
    """Loses what is exactly at the threshold, as ``range_search`` with the wrong bound does."""

    def within(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        return super().within(queries, max(0, distance_bits - 1), batch=batch, per_query_max=per_query_max)


class Endless(LinearHashes):
    """Ignores the cap."""

    def within(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        return super().within(queries, distance_bits, batch=batch, per_query_max=1_000_000)


class Faulty(LinearIndex):
    def __init__(self, of: type[LinearHashes], name: str = "faulty") -> None:
        self.name = name
        self._of = of

    def build(self, hashes: NDArray[np.uint64]) -> Searchable:
        return self._of(hashes)

    def adopt(self, arrays: MihArrays) -> Searchable:
        return self._of(arrays.hashes)


def test_an_index_that_loses_pairs_is_refused() -> None:
    with pytest.raises(AssertionError, match="other pairs"):
        check_index(Faulty(Forgetful))


def test_an_index_that_ignores_the_cap_is_refused() -> None:
    with pytest.raises(AssertionError, match="cap"):
        check_index(Faulty(Endless))


def test_an_index_without_a_name_is_refused() -> None:
    with pytest.raises(AssertionError, match="name"):
        check_index(Faulty(LinearHashes, name=""))


def test_sets_have_their_size_and_the_same_seed_gives_the_same_set() -> None:
    for size in (0, 1, 2, 45):
        sets, again = dict(hash_sets(size, 5)), dict(hash_sets(size, 5))
        assert all(hashes.shape == (size, 4) for hashes in sets.values())
        assert all(np.array_equal(sets[name], again[name]) for name in sets)


def test_adversarial_set_lies_on_both_sides_of_the_threshold() -> None:
    hashes = adversarial(200, np.random.default_rng(1))
    distances = {pair[2] for pair in true_pairs(hashes, np.zeros((1, 4), "<u8"), 256)}
    assert {0, 30, 31, 32, 256} <= distances


def test_true_pairs_are_right() -> None:
    hashes = np.array([[0, 0, 0, 0], [1, 0, 0, 1 << 63]], "<u8")
    assert true_pairs(hashes, hashes, 2) == [(0, 0, 0), (0, 1, 2), (1, 0, 2), (1, 1, 0)]
    assert true_pairs(hashes, hashes, 1) == [(0, 0, 0), (1, 1, 0)]
    hits = LinearHashes(hashes).within(hashes, 2, batch=False, per_query_max=5)
    assert pairs_of(hits) == true_pairs(hashes, hashes, 2)


def test_flip_bits_turns_one_bit_each() -> None:
    values = np.zeros((50, 32), np.uint8)
    flip_bits(values, np.random.default_rng(1))
    assert np.bitwise_count(values).sum(axis=1).tolist() == [1] * 50
    flip_bits(np.zeros((0, 32), np.uint8), np.random.default_rng(1))


class Silent(LinearHashes):
    """Keeps the cap and does not tell."""

    def within(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        hits = super().within(queries, distance_bits, batch=batch, per_query_max=per_query_max)
        return replace(hits, capped_queries=np.empty(0, np.uint32))


class Farthest(LinearHashes):
    """Keeps the last instead of the nearest."""

    def within(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        hits = super().within(queries, distance_bits, batch=batch, per_query_max=1_000_000)
        if len(hits) <= per_query_max:
            return hits
        return Hits(
            query_index=hits.query_index[-per_query_max:],
            ids=hits.ids[-per_query_max:],
            distance=hits.distance[-per_query_max:],
            capped_queries=hits.query_index[:1],
        )


def test_an_index_that_hides_the_cap_is_refused() -> None:
    with pytest.raises(AssertionError, match="not told"):
        check_index(Faulty(Silent))


def test_an_index_that_keeps_the_wrong_ones_is_refused() -> None:
    with pytest.raises(AssertionError, match="nearest"):
        check_index(Faulty(Farthest))


def test_the_reference_keeps_the_contract() -> None:
    check_index(Faulty(LinearHashes))
