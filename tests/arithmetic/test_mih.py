"""Building, merging and validating the index arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.arithmetic.sets import EVERY_PATH, clustered_hashes, in_every_path, random_hashes
from tutela.arithmetic import MihArrays, forced_path, mih_build, mih_merge, mih_query, validate

COUNT = 500


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize("count", [0, 1, 2, 3_000])
def test_every_hash_lies_in_its_bucket_of_every_chunk(path: str, count: int) -> None:
    hashes = random_hashes(count)
    with forced_path(path):
        arrays = mih_build(hashes)
        validate(arrays, thorough=True)
    chunks, halves = hashes.view("<u2"), hashes.view("<u4")
    for chunk in range(16):
        ids = arrays.entries[chunk, :, 3]
        assert sorted(ids.tolist()) == list(range(count))
        sizes = np.diff(arrays.offsets[chunk].astype(np.int64))
        assert np.array_equal(np.repeat(np.arange(65_536), sizes), chunks[ids, chunk])
        for word in range(3):
            assert np.array_equal(arrays.entries[chunk, :, word], halves[ids, (chunk // 2 + 1 + word) % 8])


@settings(max_examples=25)
@given(st.integers(0, 400), st.integers(0, 2**32 - 1))
def test_all_paths_build_the_same_bytes(count: int, seed: int) -> None:
    hashes = clustered_hashes(max(1, count // 8), 8, seed)[:count]
    built = {
        (arrays.offsets.tobytes(), arrays.entries.tobytes())
        for arrays in (mih_build(hashes) for _ in in_every_path())
    }
    assert len(built) == 1


def test_memory_is_at_most_300_bytes_a_hash_at_a_million() -> None:
    one = mih_build(random_hashes(COUNT))
    fixed = one.offsets.nbytes
    assert one.size_bytes == COUNT * 288 + fixed
    assert (1_000_000 * 288 + fixed) / 1_000_000 <= 300


def test_arrays_of_the_caller_are_filled() -> None:
    hashes = random_hashes(COUNT)
    offsets, entries = np.empty((16, 65_537), "<u4"), np.empty((16, COUNT, 4), "<u4")
    arrays = mih_build(hashes, offsets=offsets, entries=entries)
    assert arrays.offsets is offsets
    assert arrays.entries is entries
    validate(arrays, thorough=True)


@pytest.mark.parametrize("path", EVERY_PATH)
def test_arrays_that_do_not_fit_are_refused(path: str) -> None:
    hashes = random_hashes(COUNT)
    with forced_path(path):
        for wrong in (
            np.empty((16, 65_536), "<u4"),
            np.empty((16, 65_537), "<u8"),
            np.empty((65_537, 16), "<u4").T,
        ):
            with pytest.raises(ValueError, match="offsets"):
                mih_build(hashes, offsets=wrong)
        with pytest.raises(ValueError, match="entries"):
            mih_build(hashes, entries=np.empty((16, COUNT - 1, 4), "<u4"))


def test_merge_keeps_order_and_drops_what_was_removed() -> None:
    first, second = random_hashes(30, 1), random_hashes(20, 2)
    dropped = np.zeros(30, np.bool_)
    dropped[[0, 29]] = True
    merged = mih_merge([(first, dropped), (second, None)])
    assert np.array_equal(merged.hashes, np.concatenate([first[1:29], second]))
    validate(merged, thorough=True)
    assert len(mih_merge([]).hashes) == 0


def damaged_offsets(change: Callable[[NDArray[np.uint32]], None]) -> MihArrays:
    arrays = mih_build(random_hashes(COUNT))
    offsets = arrays.offsets.copy()
    change(offsets)
    return dataclasses.replace(arrays, offsets=offsets)


def falls(offsets: NDArray[np.uint32]) -> None:
    offsets[3, 30_000] = offsets[3, 30_001] + 1


def starts_late(offsets: NDArray[np.uint32]) -> None:
    offsets[0, 0] = 1


def ends_far_outside(offsets: NDArray[np.uint32]) -> None:
    offsets[15, 65_536] = 2**32 - 1


def jumps_outside(offsets: NDArray[np.uint32]) -> None:
    offsets[:, 1:65_536] = 2**31


HOSTILE = [falls, starts_late, ends_far_outside, jumps_outside]


@pytest.mark.parametrize("change", HOSTILE)
def test_hostile_offsets_are_refused_by_validation(change: Callable[[NDArray[np.uint32]], None]) -> None:
    with pytest.raises(ValueError, match="offsets"):
        validate(damaged_offsets(change))


@pytest.mark.parametrize("path", [name for name in EVERY_PATH if name.values != ("numpy",)])
@pytest.mark.parametrize("batch", [False, True])
def test_hostile_offsets_never_make_the_kernel_read_outside(path: str, batch: bool) -> None:
    arrays = damaged_offsets(jumps_outside)
    with forced_path(path), pytest.raises(ValueError, match="damaged"):
        mih_query(arrays, random_hashes(4), batch=batch)


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize("batch", [False, True])
def test_entries_naming_unknown_hashes_are_refused(path: str, batch: bool) -> None:
    arrays = mih_build(random_hashes(COUNT))
    entries = arrays.entries.copy()
    entries[..., 3] = 2**32 - 1
    hostile = dataclasses.replace(arrays, entries=entries)
    with forced_path(path):
        with pytest.raises(ValueError, match="damaged"):
            mih_query(hostile, arrays.hashes[:4], batch=batch)
        with pytest.raises(ValueError, match="belong"):
            validate(hostile, thorough=True)


def test_thorough_validation_finds_one_exchanged_entry() -> None:
    arrays = mih_build(random_hashes(COUNT))
    entries = arrays.entries.copy()
    entries[7, 250, 1] ^= 1
    changed = dataclasses.replace(arrays, entries=entries)
    validate(changed)
    with pytest.raises(ValueError, match="belong"):
        validate(changed, thorough=True)


def test_arrays_of_wrong_type_or_order_are_refused() -> None:
    arrays = mih_build(random_hashes(COUNT))
    for wrong in (
        dataclasses.replace(arrays, hashes=arrays.hashes[::2]),
        dataclasses.replace(arrays, hashes=arrays.hashes.astype(">u8")),
        dataclasses.replace(arrays, entries=arrays.entries[:, :-1]),
        dataclasses.replace(arrays, offsets=arrays.offsets.astype(np.int32)),
    ):
        with pytest.raises(ValueError):
            validate(wrong)
