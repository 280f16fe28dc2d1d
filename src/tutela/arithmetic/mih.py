"""Exact search of PDQ hashes by Hamming distance: index arrays, queries, brute force.

Multi-index hashing (Norouzi, Punjani, Fleet 2012) with 16 chunks of 16 bits and 16-byte bucket
entries; layout and figures in performance.md section 4. All arrays are little-endian, so that
they can be written to a file and mapped back as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import mih_twin, paths
from tutela.arithmetic.mih_twin import BUCKETS, CHUNKS, Keys

#: Largest radius the 16 x 16 layout searches exactly: 16 chunks, one bit each (performance.md 4.1).
RADIUS_MAX = 31
#: Bits of a PDQ hash, hence the largest distance.
HASH_BITS = 256
#: Hits kept per query where the caller names no other number: the nearest ones. A hash that is
#: listed 100,000 times must not flood memory (performance.md section 10, trap 12).
PER_QUERY_MAX = 4_096
#: Queries answered in one call of C; larger batches are cut (22 bytes of probes per chunk each).
BATCH_MAX = 1 << 16
#: Hashes one index can hold: ids are unsigned 32-bit.
HASHES_MAX = (1 << 32) - 1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MihArrays:
    """A built index of N hashes, as plain arrays (often memory-mapped).

    ``hashes`` (N, 4) uint64 as ``words`` gives them; ``offsets`` (16, 65537) uint32: bucket v of
    chunk c is ``entries[c, offsets[c, v] : offsets[c, v + 1]]``; ``entries`` (16, N, 4) uint32:
    three further words of the hash, then its id, its row in ``hashes``.
    """

    hashes: NDArray[np.uint64]
    offsets: NDArray[np.uint32]
    entries: NDArray[np.uint32]

    @property
    def size_bytes(self) -> int:
        """Memory of the three arrays in bytes: 288 a hash and 4.2 MB of offsets."""
        return self.hashes.nbytes + self.offsets.nbytes + self.entries.nbytes


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Hits:
    """Pairs within the radius, each once, sorted by query, then id. Arrays of equal length.

    ``query_index`` uint32 row of the query, ``ids`` uint32 row of the hash, ``distance`` uint16
    in bits. ``capped_queries`` uint32: queries with more hits than allowed, of which the
    nearest (then the lowest ids) are here.
    """

    query_index: NDArray[np.uint32]
    ids: NDArray[np.uint32]
    distance: NDArray[np.uint16]
    capped_queries: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.ids)


NO_HITS = Hits(
    query_index=np.empty(0, np.uint32),
    ids=np.empty(0, np.uint32),
    distance=np.empty(0, np.uint16),
    capped_queries=np.empty(0, np.uint32),
)


def words(values: bytes | NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The (N, 4) little-endian uint64 words of N PDQ values of 32 bytes in hexadecimal order.

    Word w of a hash holds its bytes 8w to 8w + 7, the first in the lowest bits: the bytes are
    only looked at differently (no copy of a contiguous array). Chunk c of the index is bytes
    2c and 2c + 1. Raises ValueError when the length is not a multiple of 32.
    """
    flat = np.frombuffer(values, np.uint8) if isinstance(values, bytes) else np.ascontiguousarray(values)
    if flat.dtype != np.uint8 or flat.size % 32:
        raise ValueError(f"{flat.size} values of type {flat.dtype}: a multiple of 32 bytes needed")
    return flat.reshape(-1).view("<u8").reshape(-1, 4)


def values_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The (N, 32) bytes in hexadecimal order of hash words: the inverse of ``words``."""
    return _checked_hashes(hashes, "hashes").view(np.uint8).reshape(-1, 32)


def mih_build(
    hashes: NDArray[np.uint64],
    *,
    offsets: NDArray[np.uint32] | None = None,
    entries: NDArray[np.uint32] | None = None,
) -> MihArrays:
    """The index of (N, 4) hash words; about 0.5 s for a million.

    ``offsets`` and ``entries`` may be given as C-contiguous arrays to fill, for instance views
    of a file. Raises ValueError for wrong shapes or types.
    """
    hashes = _checked_hashes(hashes, "hashes")
    count = len(hashes)
    offsets = np.empty((CHUNKS, BUCKETS + 1), "<u4") if offsets is None else offsets
    entries = np.empty((CHUNKS, count, 4), "<u4") if entries is None else entries
    arrays = MihArrays(hashes=hashes, offsets=offsets, entries=entries)
    _check_shapes(arrays)
    native = paths.native()
    (mih_twin.build if native is None else native.mih_build)(hashes, offsets, entries)
    return arrays


def mih_merge(parts: Sequence[tuple[NDArray[np.uint64], NDArray[np.bool_] | None]]) -> MihArrays:
    """One index of several (hashes, dropped) parts in order, without the dropped ones.

    ``dropped`` is a boolean mask per hash or None; ids are the new rows.
    """
    kept = [hashes if dropped is None else hashes[~dropped] for hashes, dropped in parts]
    return mih_build(np.concatenate(kept) if kept else np.empty((0, 4), "<u8"))


def validate(arrays: MihArrays, *, thorough: bool = False) -> None:
    """Returns nothing; raises ValueError saying what is wrong with arrays from a file.

    Checks shapes, types, order and that the offsets are monotone from 0 to N (about 2 ms,
    whatever N is). ``thorough`` also rebuilds the index from the hashes and compares every
    entry (about 1 s a million). A query on damaged arrays never reads outside them even so.
    """
    _check_shapes(arrays)
    offsets = arrays.offsets
    if offsets[:, 0].any() or (offsets[:, -1] != len(arrays.hashes)).any():
        raise ValueError(f"bucket offsets must run from 0 to {len(arrays.hashes)}")
    if (offsets[:, 1:] < offsets[:, :-1]).any():
        raise ValueError("bucket offsets must not fall")
    if thorough:
        rebuilt = mih_build(arrays.hashes)
        if not np.array_equal(rebuilt.offsets, offsets) or not np.array_equal(rebuilt.entries, arrays.entries):
            raise ValueError("the bucket entries do not belong to the hashes")


def _check_shapes(arrays: MihArrays) -> None:
    _checked_hashes(arrays.hashes, "hashes")
    count = len(arrays.hashes)
    expected = (("offsets", arrays.offsets, (CHUNKS, BUCKETS + 1)), ("entries", arrays.entries, (CHUNKS, count, 4)))
    for name, array, shape in expected:
        if array.dtype != np.dtype("<u4") or array.shape != shape or not array.flags.c_contiguous:
            raise ValueError(f"{name} {array.shape} {array.dtype}: contiguous <u4 of shape {shape} needed")


def _checked_hashes(hashes: NDArray[np.uint64], name: str) -> NDArray[np.uint64]:
    if hashes.dtype != np.dtype("<u8") or hashes.ndim != 2 or hashes.shape[1] != 4 or len(hashes) > HASHES_MAX:
        raise ValueError(f"{name} {hashes.shape} {hashes.dtype}: <u8 of shape (N, 4) needed")
    return hashes if hashes.flags.c_contiguous else np.ascontiguousarray(hashes)


def mih_query(
    arrays: MihArrays,
    queries: NDArray[np.uint64],
    radius: int = RADIUS_MAX,
    *,
    batch: bool = True,
    per_query_max: int = PER_QUERY_MAX,
) -> Hits:
    """All pairs of ``queries`` (Q, 4) and the indexed hashes within ``radius`` 0-31 bits.

    ``batch`` sorts the probes of all queries by bucket (for tens of queries or more); without
    it queries are answered one by one. Both give the same hits. Raises ValueError for a radius
    or shape out of range, and when damaged arrays are met.
    """
    _check_numbers(radius, RADIUS_MAX, per_query_max)
    kernels = paths.native()
    if kernels is None:
        _check_shapes(arrays)
        found = mih_twin.query(arrays.hashes, arrays.offsets, arrays.entries, _checked_hashes(queries, "queries"), radius)
        return _hits_of(found, per_query_max)
    level, hashes, offsets, entries = paths.level(), arrays.hashes, arrays.offsets, arrays.entries

    def ask(some: NDArray[np.uint64]) -> paths.Packed | None:
        return kernels.mih_query(level, hashes, offsets, entries, some, radius, batch, per_query_max)

    return _answer(ask, queries)


def brute_query(
    hashes: NDArray[np.uint64],
    queries: NDArray[np.uint64],
    radius: int = RADIUS_MAX,
    *,
    per_query_max: int = PER_QUERY_MAX,
) -> Hits:
    """All pairs within ``radius`` 0-256 bits, every pair compared: for tails and as the oracle."""
    _check_numbers(radius, HASH_BITS, per_query_max)
    kernels = paths.native()
    if kernels is None:
        found = mih_twin.brute(_checked_hashes(hashes, "hashes"), _checked_hashes(queries, "queries"), radius)
        return _hits_of(found, per_query_max)
    level = paths.level()
    return _answer(lambda some: kernels.brute_query(level, hashes, some, radius, per_query_max), queries)


def _check_numbers(radius: int, radius_max: int, per_query_max: int) -> None:
    if not 0 <= radius <= radius_max:
        raise ValueError(f"a radius of {radius} bits: 0 to {radius_max} can be searched")
    if not 1 <= per_query_max <= HASHES_MAX:
        raise ValueError(f"{per_query_max} hits per query: 1 to {HASHES_MAX} needed")


def _answer(ask: Callable[[NDArray[np.uint64]], paths.Packed | None], queries: NDArray[np.uint64]) -> Hits:
    """The hits of C, asked in batches of at most ``BATCH_MAX`` queries."""
    if len(queries) <= BATCH_MAX:
        return _hits_from(ask(queries), 0)
    parts = [_hits_from(ask(queries[first : first + BATCH_MAX]), first) for first in range(0, len(queries), BATCH_MAX)]
    return Hits(
        query_index=np.concatenate([part.query_index for part in parts]),
        ids=np.concatenate([part.ids for part in parts]),
        distance=np.concatenate([part.distance for part in parts]),
        capped_queries=np.concatenate([part.capped_queries for part in parts]),
    )


def _hits_from(packed: paths.Packed | None, first_query: int) -> Hits:
    if packed is None:
        return NO_HITS
    index, ids, distance, capped = packed
    return Hits(
        query_index=np.frombuffer(index, "<u4") + np.uint32(first_query),
        ids=np.frombuffer(ids, "<u4"),
        distance=np.frombuffer(distance, "<u2"),
        capped_queries=np.frombuffer(capped, "<u4") + np.uint32(first_query),
    )


def _hits_of(keys: Keys, per_query_max: int) -> Hits:
    kept, capped = mih_twin.nearest(keys, per_query_max)
    index, distance, ids = mih_twin.unpack(kept)
    order = np.lexsort((ids, index))
    return Hits(query_index=index[order], ids=ids[order], distance=distance[order], capped_queries=capped)
