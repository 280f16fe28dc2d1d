"""Exact search by Hamming distance: through the index, or by comparing every pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import mih_twin, paths
from tutela.arithmetic.mih import MihArrays, check_shapes
from tutela.arithmetic.words import HASH_BITS, HASHES_MAX, checked_words

#: Largest radius the 16 x 16 layout searches exactly: 16 chunks, one bit each (performance.md 4.1).
RADIUS_MAX = 31
#: Hits kept per query where the caller names no other number: the nearest ones. A hash that is
#: listed 100,000 times must not flood memory (performance.md section 10, trap 12).
PER_QUERY_MAX = 4_096
#: Queries answered in one call of C (TK_QUERIES_MAX of native/kernels.h); larger batches are cut.
BATCH_MAX = 1 << 16


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
        check_shapes(arrays)
        wanted = checked_words(queries, "queries")
        return _hits_of(mih_twin.query(*arrays.tables, wanted, radius), per_query_max)
    ask = kernels.mih_query_batch if batch else kernels.mih_query
    level, tables = paths.level(), arrays.tables
    return _answer(lambda some: ask(level, tables, some, radius, per_query_max), queries)


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
        wanted = checked_words(queries, "queries")
        return _hits_of(mih_twin.brute(checked_words(hashes, "hashes"), wanted, radius), per_query_max)
    level = paths.level()
    return _answer(lambda some: kernels.brute_query(level, hashes, some, radius, per_query_max), queries)


def _check_numbers(radius: int, radius_max: int, per_query_max: int) -> None:
    if not 0 <= radius <= radius_max:
        raise ValueError(f"a radius of {radius} bits: 0 to {radius_max} can be searched")
    if not 1 <= per_query_max <= HASHES_MAX:
        raise ValueError(f"{per_query_max} hits per query: 1 to {HASHES_MAX} needed")


def _answer(ask: Callable[[NDArray[np.uint64]], paths.Packed | None], queries: NDArray[np.uint64]) -> Hits:
    """The hits of C, asked in batches of at most ``BATCH_MAX`` queries."""
    queries = checked_words(queries, "queries")
    if len(queries) <= BATCH_MAX:
        return _hits_from(ask(queries), 0)
    starts = range(0, len(queries), BATCH_MAX)
    parts = [_hits_from(ask(queries[first : first + BATCH_MAX]), first) for first in starts]
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


def _hits_of(keys: mih_twin.Keys, per_query_max: int) -> Hits:
    kept, capped = mih_twin.nearest(keys, per_query_max)
    index, distance, ids = mih_twin.unpack(kept)
    order = np.lexsort((ids, index))
    return Hits(query_index=index[order], ids=ids[order], distance=distance[order], capped_queries=capped)
