"""Which hashes belong together: groups of near-duplicates by PDQ distance.

Two hashes are in one group when a chain of hashes leads from one to the other, each step at most the
given distance: the series of a burst, the sizes of one picture. The groups come from a union-find over
the pairs that an index finds (performance.md section 4), so a million hashes take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import Hits
from tutela.detect.matching.index import BUCKETED, IndexKind, Searchable

#: Distance in bits of near-duplicates where nothing else is asked (threatexchange pdq/README: 31).
NEAR_BITS = 31
#: Neighbours looked at per hash: bounds the work in a crowd of thousands of alike pictures.
NEIGHBOURS_MAX = 256
_QUERIES_PER_BLOCK = 16_384


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Groups:
    """``labels`` (N,) int64: hashes with the same label belong together; labels count from 0 in the
    order of their first hash. ``capped`` hashes had more neighbours than were looked at, so that
    a group around them may be reported as two."""

    labels: NDArray[np.int64]
    capped: int


def _blocks(index: Searchable, hashes: NDArray[np.uint64], distance_bits: int) -> list[Hits]:
    return [
        index.within(
            hashes[first : first + _QUERIES_PER_BLOCK],
            distance_bits,
            batch=True,
            per_query_max=NEIGHBOURS_MAX,
        )
        for first in range(0, len(hashes), _QUERIES_PER_BLOCK)
    ]


def _roots(parents: NDArray[np.int64]) -> NDArray[np.int64]:
    """The root of every node: pointer jumping, a logarithmic number of steps."""
    while True:
        grand = parents[parents]
        if np.array_equal(grand, parents):
            return parents
        parents = grand


def _join(roots: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """The roots after all edges (left, right) were drawn: the lower root wins, until nothing changes."""
    while True:
        low = np.minimum(roots[left], roots[right])
        high = np.maximum(roots[left], roots[right])
        apart = low != high
        if not apart.any():
            return roots
        roots = roots.copy()
        np.minimum.at(roots, high[apart], low[apart])
        roots = _roots(roots)


def group_near(
    hashes: NDArray[np.uint64], distance_bits: int = NEAR_BITS, *, index: IndexKind = BUCKETED
) -> Groups:
    """Groups of (N, 4) PDQ hashes; equal hashes are always together. ``distance_bits`` 0-256."""
    if not len(hashes):
        return Groups(labels=np.empty(0, np.int64), capped=0)
    raw = np.ascontiguousarray(hashes).reshape(-1).view("S32")
    _, first, place = np.unique(raw, return_index=True, return_inverse=True)
    distinct = np.ascontiguousarray(hashes[first])
    roots, capped = np.arange(len(distinct)), 0
    for number, hits in enumerate(_blocks(index.build(distinct), distinct, distance_bits)):
        queries = hits.query_index.astype(np.int64) + number * _QUERIES_PER_BLOCK
        roots = _join(roots, queries, hits.ids.astype(np.int64))
        capped += len(hits.capped_queries)
    return Groups(labels=_renumber(roots[place]), capped=capped)


def _renumber(roots: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same groups, numbered from 0 in the order in which they appear."""
    _, first, place = np.unique(roots, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    labels: NDArray[np.int64] = rank[place]
    return labels
