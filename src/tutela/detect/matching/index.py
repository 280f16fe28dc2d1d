"""The slot ``tutela.indexes``: exact search of PDQ hashes by distance. Linear is the reference.

An index kind is given hash words and answers with every pair within a distance, each once, sorted by
query and id; where more pairs were found than asked for it keeps the nearest and says so. Recall is
1.0 always: an approximate index is no index here (performance.md section 10, trap 5).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import RADIUS_MAX, Hits, MihArrays, brute_query, mih_build, mih_query

#: Entry-point group of the slot (style guide section 9).
GROUP = "tutela.indexes"
#: Hashes from which bucket tables pay: below, comparing all costs less than 272 probes, and the
#: tables would take 4.2 MB (performance.md sections 4.2 and 4.7: 26-49 microseconds at 16,384).
BUCKETED_FROM = 8_192


class Searchable(Protocol):
    """Hashes that can be searched. Instances are immutable and used by many threads."""

    def within(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        """All pairs of ``queries`` (Q, 4) and hashes at most ``distance_bits`` (0-256) apart."""


class IndexKind(Protocol):
    """A plug-in of the slot. ``name`` and ``version`` are explicit and stored with decisions."""

    name: str
    version: str

    def build(self, hashes: NDArray[np.uint64]) -> Searchable:
        """An index of (N, 4) hash words as ``arithmetic.words`` gives them; may be slow."""

    def adopt(self, arrays: MihArrays) -> Searchable:
        """An index over the checked arrays of a list file; a kind of its own builds from the hashes."""


class LinearHashes:
    """Compares every pair."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self._hashes = hashes

    def within(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        """See ``Searchable``; ``batch`` makes no difference."""
        return brute_query(self._hashes, queries, distance_bits, per_query_max=per_query_max)


class BucketedHashes:
    """Multi-index hashing up to 31 bits (performance.md section 4), every pair beyond."""

    def __init__(self, arrays: MihArrays) -> None:
        self._arrays = arrays

    def within(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        """See ``Searchable``; ``batch`` sorts the probes of all queries, good from tens of queries."""
        if distance_bits > RADIUS_MAX:
            return brute_query(self._arrays.hashes, queries, distance_bits, per_query_max=per_query_max)
        return mih_query(self._arrays, queries, distance_bits, batch=batch, per_query_max=per_query_max)


class LinearIndex:
    """The reference: no tables, no build, correct by inspection."""

    name = "linear"
    version = "1"

    def build(self, hashes: NDArray[np.uint64]) -> Searchable:
        """All pairs of ``hashes`` will be compared."""
        return LinearHashes(hashes)

    def adopt(self, arrays: MihArrays) -> Searchable:
        """The bucket tables of the file are not used."""
        return LinearHashes(arrays.hashes)


class BucketedIndex:
    """The default: bucket tables from ``BUCKETED_FROM`` hashes on, or those of the file."""

    name = "bucketed"
    version = "1"

    def build(self, hashes: NDArray[np.uint64]) -> Searchable:
        """Bucket tables of ``hashes`` where they pay."""
        return LinearHashes(hashes) if len(hashes) < BUCKETED_FROM else BucketedHashes(mih_build(hashes))

    def adopt(self, arrays: MihArrays) -> Searchable:
        """The bucket tables of the file."""
        return BucketedHashes(arrays)


#: The two implementations the house ships, as the entry points name them.
LINEAR: IndexKind = LinearIndex()
BUCKETED: IndexKind = BucketedIndex()


def pick_index(name: str) -> IndexKind:
    """The index of this name. Raises Unavailable for one that is not installed, Invalid for a broken one."""
    shipped = {kind.name: kind for kind in (LINEAR, BUCKETED)}
    if name in shipped:
        return shipped[name]
    from tutela.detect.matching.contract import SLOT  # reads package metadata: for plug-ins only

    return SLOT.load(name)
