"""Search is exact: equal to comparing every pair with Python's integers, in every path and form."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.arithmetic.sets import (
    EVERY_PATH,
    clustered_hashes,
    expected,
    flipped,
    in_every_path,
    random_hashes,
)
from tutela.arithmetic import Hits, available_paths, brute_query, forced_path, mih_build, mih_query, words


def rows_of(hits: Hits) -> list[tuple[int, int, int]]:
    assert len(hits) == len(hits.query_index) == len(hits.distance)
    assert [column.dtype.name for column in (hits.query_index, hits.ids, hits.distance)] == [
        "uint32",
        "uint32",
        "uint16",
    ]
    return list(zip(hits.query_index.tolist(), hits.ids.tolist(), hits.distance.tolist(), strict=True))


@st.composite
def hash_sets(draw: st.DrawFn) -> NDArray[np.uint64]:
    """Few hashes that share chunks, repeat and differ by single bits: the worst an index meets."""
    base = draw(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3))
    values: list[bytes] = []
    for _ in range(draw(st.integers(0, 24))):
        value = bytearray(draw(st.sampled_from(base)))
        for bit in draw(st.lists(st.integers(0, 255), max_size=34)):
            value[bit // 8] ^= 1 << bit % 8
        values.append(bytes(value))
    return words(b"".join(values))


@settings(max_examples=80)
@given(hash_sets(), hash_sets(), st.integers(0, 31))
def test_index_finds_exactly_the_pairs_within_the_radius(
    hashes: NDArray[np.uint64], queries: NDArray[np.uint64], radius: int
) -> None:
    wanted = expected(hashes, queries, radius)
    arrays = mih_build(hashes)
    for path in in_every_path():
        for batch in (False, True):
            assert rows_of(mih_query(arrays, queries, radius, batch=batch)) == wanted, (path, batch)


@settings(max_examples=40)
@given(hash_sets(), hash_sets(), st.integers(0, 256))
def test_brute_force_finds_exactly_the_pairs_within_any_radius(
    hashes: NDArray[np.uint64], queries: NDArray[np.uint64], radius: int
) -> None:
    wanted = expected(hashes, queries, radius)
    for path in in_every_path():
        assert rows_of(brute_query(hashes, queries, radius)) == wanted, path


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 2_047, 2_048, 2_049])
def test_every_size_around_the_blocks_is_searched_whole(path: str, count: int) -> None:
    hashes = random_hashes(count)
    queries = flipped(hashes[-3:], 31) if count else random_hashes(3)
    wanted = expected(hashes, queries, 31)
    assert len(wanted) >= min(count, 3)
    with forced_path(path):
        arrays = mih_build(hashes)
        assert rows_of(brute_query(hashes, queries)) == wanted
        assert rows_of(brute_query(hashes, queries[:1])) == [row for row in wanted if row[0] == 0]
        for batch in (False, True):
            assert rows_of(mih_query(arrays, queries, batch=batch)) == wanted
            assert len(mih_query(arrays, queries[:0], batch=batch)) == 0


@pytest.mark.parametrize("radius", [0, 1, 14, 15, 16, 17, 30, 31])
def test_pair_at_the_radius_is_found_and_one_bit_beyond_is_not(radius: int) -> None:
    hashes = random_hashes(300)
    arrays = mih_build(hashes)
    at, beyond = flipped(hashes, radius, 5), flipped(hashes, radius + 1, 6)
    for path in in_every_path():
        for batch in (False, True):
            found = mih_query(arrays, at, radius, batch=batch)
            assert np.array_equal(found.query_index, np.arange(300)), path
            assert np.array_equal(found.ids, np.arange(300))
            assert (found.distance == radius).all()
            assert len(mih_query(arrays, beyond, radius, batch=batch)) == 0


def test_bits_spread_as_evenly_as_possible_are_still_found() -> None:
    """One differing bit in 15 or 16 chunks, two in others: the pigeonhole leaves no slack at 31."""
    base = words(bytes(32))
    for chunk_bits in ([1] * 15 + [0], [2] * 15 + [1], [1] + [2] * 15, [0] + [2] * 15, [1] * 16):
        value = bytearray(32)
        for chunk, bits in enumerate(chunk_bits):
            value[2 * chunk] = (1 << bits) - 1
        query, radius = words(bytes(value)), sum(chunk_bits)
        for _ in in_every_path():
            for batch in (False, True):
                assert rows_of(mih_query(mih_build(base), query, radius, batch=batch)) == [(0, 0, radius)]


@pytest.mark.parametrize("path", EVERY_PATH)
def test_clustered_set_equals_brute_force(path: str) -> None:
    hashes = clustered_hashes(60, 40)
    queries = np.concatenate([flipped(hashes[::29], 9), random_hashes(40)])
    arrays = mih_build(hashes)
    with forced_path("numpy"):
        wanted = brute_query(hashes, queries)
    assert len(wanted) > 500
    with forced_path(path):
        for radius in (31, 20, 15, 4):
            kept = [row for row in rows_of(wanted) if row[2] <= radius]
            assert rows_of(mih_query(arrays, queries, radius)) == kept
            assert rows_of(mih_query(arrays, queries, radius, batch=False)) == kept
            assert rows_of(brute_query(hashes, queries, radius)) == kept


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize("per_query_max", [1, 5, 63, 64, 65, 1_000])
def test_capped_queries_keep_their_nearest_and_are_named(path: str, per_query_max: int) -> None:
    crowd = np.repeat(random_hashes(1), 700, axis=0)
    crowd[350:] = flipped(crowd[350:], 3)
    hashes = np.concatenate([crowd, random_hashes(50, 9)])
    queries = np.concatenate([hashes[-1:], crowd[:1], hashes[-2:-1], crowd[:1]])
    arrays = mih_build(hashes)
    everything = expected(hashes, queries, 31)
    wanted: list[tuple[int, int, int]] = []
    for number in range(len(queries)):
        nearest = sorted((bits, row) for query, row, bits in everything if query == number)[:per_query_max]
        wanted += sorted((number, row, bits) for bits, row in nearest)
    capped = [1, 3] if per_query_max < 700 else []
    with forced_path(path):
        for hits in (
            mih_query(arrays, queries, batch=True, per_query_max=per_query_max),
            mih_query(arrays, queries, batch=False, per_query_max=per_query_max),
            brute_query(hashes, queries, per_query_max=per_query_max),
        ):
            assert rows_of(hits) == wanted
            assert hits.capped_queries.tolist() == capped


def test_many_queries_are_cut_into_batches() -> None:
    hashes = random_hashes(5)
    queries = np.concatenate([np.tile(random_hashes(1, 8), (70_000, 1)), hashes])
    arrays = mih_build(hashes)
    for hits in (mih_query(arrays, queries), brute_query(hashes, queries)):
        assert rows_of(hits) == [(70_000 + row, row, 0) for row in range(5)]


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize(("radius", "per_query_max"), [(-1, 10), (32, 10), (31, 0), (31, 2**32)])
def test_numbers_out_of_range_are_refused(path: str, radius: int, per_query_max: int) -> None:
    hashes = random_hashes(3)
    with forced_path(path):
        with pytest.raises(ValueError):
            mih_query(mih_build(hashes), hashes, radius, per_query_max=per_query_max)
        with pytest.raises(ValueError):
            brute_query(hashes, hashes, 257 if radius == 32 else radius, per_query_max=per_query_max)


@pytest.mark.parametrize("path", EVERY_PATH)
def test_queries_of_another_shape_are_refused(path: str) -> None:
    hashes = random_hashes(3)
    with forced_path(path):
        for wrong in (hashes.ravel(), hashes.view(np.int64), hashes[:, :2]):
            with pytest.raises(ValueError, match="queries"):
                mih_query(mih_build(hashes), wrong)  # type: ignore[arg-type]  # that is the test
            with pytest.raises(ValueError, match="queries"):
                brute_query(hashes, wrong)  # type: ignore[arg-type]  # that is the test


def test_threads_search_one_index_together() -> None:
    hashes = random_hashes(2_000)
    arrays = mih_build(hashes)
    seen: list[bool] = []

    def work(seed: int) -> None:
        found = mih_query(arrays, flipped(hashes, 7, seed))
        seen.append(bool((found.ids == np.arange(2_000)).all() and (found.distance == 7).all()))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 4


@pytest.mark.slow
@pytest.mark.parametrize("path", EVERY_PATH)
def test_million_random_hashes_are_searched_exactly(path: str) -> None:
    hashes = random_hashes(1_000_000)
    queries = np.concatenate([flipped(hashes[:60], bits, bits) for bits in (0, 17, 31, 32)])
    arrays = mih_build(hashes)
    with forced_path(available_paths()[:2][-1]):  # plain C where it was built: NumPy takes 9 s
        wanted = rows_of(brute_query(hashes, queries))
    with forced_path(path):
        assert rows_of(mih_query(arrays, queries)) == wanted
        assert rows_of(mih_query(arrays, queries, batch=False)) == wanted
    assert len(wanted) == 180


def test_no_hit_takes_no_reference_to_none_away() -> None:
    hashes, queries = np.zeros((1, 4), np.uint64), np.full((1, 4), 2**64 - 1, np.uint64)
    before = sys.getrefcount(None)
    for _ in range(1_000):
        assert len(brute_query(hashes, queries, 5)) == 0
    assert abs(sys.getrefcount(None) - before) < 500
