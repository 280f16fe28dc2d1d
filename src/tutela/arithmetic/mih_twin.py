"""Multi-index hashing in NumPy: the oracle of the C kernel, and the index where no compiler was.

Hits travel as sorted 64-bit keys (query, distance, id) and become ``Hits`` in ``mih``; the
scheme is that of performance.md sections 4.1 to 4.3.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

#: 16 chunks of 16 bits: the layout of performance.md section 4.1.
CHUNKS, CHUNK_BITS = 16, 16
BUCKETS = 1 << CHUNK_BITS
#: Bits of an id and of a distance inside a key; the rest holds the query.
ID_BITS, DISTANCE_BITS = 32, 9
#: Candidate pairs expanded at once (about 60 bytes each): bounds the memory of a block.
CANDIDATES_MAX = 1 << 21
#: Queries expanded at once; larger blocks gain nothing (performance.md section 4.6).
QUERIES_PER_BLOCK = 64
#: Pairs compared at once by brute force: 32 bytes each.
PAIRS_PER_BLOCK = 1 << 18

Keys = NDArray[np.uint64]


def build(hashes: NDArray[np.uint64], offsets: NDArray[np.uint32], entries: NDArray[np.uint32]) -> None:
    """Fills offsets (16, 65537) and entries (16, N, 4) of the hashes: a stable sort per chunk.

    An entry is the three 32-bit words after the one that holds the chunk, then the id.
    """
    count = len(hashes)
    chunks, halves = hashes.view("<u2").reshape(count, CHUNKS), hashes.view("<u4").reshape(count, 8)
    for chunk in range(CHUNKS):
        order = np.argsort(chunks[:, chunk], kind="stable")
        offsets[chunk, 0] = 0
        np.cumsum(np.bincount(chunks[:, chunk], minlength=BUCKETS), out=offsets[chunk, 1:])
        for word in range(3):
            entries[chunk, :, word] = halves[order, (chunk // 2 + 1 + word) % 8]
        entries[chunk, :, 3] = order


def probes_of(radius: int) -> Iterator[tuple[int, NDArray[np.uint16]]]:
    """The chunks to look into at ``radius`` 0-31 and the bit masks to try in each.

    If every chunk c differed by more than T_c bits, the whole would differ by at least
    ``sum(T_c + 1)``; spreading ``radius + 1`` over the chunks therefore misses nothing.
    """
    exact = np.zeros(1, np.uint16)
    near = np.concatenate([exact, np.left_shift(1, np.arange(CHUNK_BITS)).astype(np.uint16)])
    for chunk in range(CHUNKS):
        budget = (radius + 1) // CHUNKS + (chunk < (radius + 1) % CHUNKS)
        if budget:
            yield chunk, near if budget > 1 else exact


def query(
    hashes: NDArray[np.uint64],
    offsets: NDArray[np.uint32],
    entries: NDArray[np.uint32],
    queries: NDArray[np.uint64],
    radius: int,
) -> Keys:
    """The sorted distinct keys of all pairs within ``radius``."""
    found = [
        _query_block(hashes, offsets, entries, queries[first : first + QUERIES_PER_BLOCK], radius)
        + (np.uint64(first) << np.uint64(ID_BITS + DISTANCE_BITS))
        for first in range(0, len(queries), QUERIES_PER_BLOCK)
    ]
    return np.concatenate(found) if found else np.empty(0, np.uint64)


def _query_block(
    hashes: NDArray[np.uint64],
    offsets: NDArray[np.uint32],
    entries: NDArray[np.uint32],
    queries: NDArray[np.uint64],
    radius: int,
) -> Keys:
    found: list[Keys] = []
    chunks = queries.view("<u2").reshape(len(queries), CHUNKS)
    for chunk, masks in probes_of(radius):
        buckets = chunks[:, chunk, None] ^ masks
        low = offsets[chunk][buckets].astype(np.int64)
        lengths = offsets[chunk][buckets.astype(np.intp) + 1].astype(np.int64) - low
        for index, places in _candidates(low, lengths):
            ids = entries[chunk, places, 3]
            found.append(_keys_within(hashes, queries, index, ids, radius))
    return np.unique(np.concatenate(found))


def _candidates(
    low: NDArray[np.int64], lengths: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Pairs (query, place in the entries) of all probed buckets, at most ``CANDIDATES_MAX`` at once
    (more only where a single query alone has more)."""
    totals = np.cumsum(lengths.sum(axis=1))
    first = 0
    while first < len(low):
        before = totals[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(totals, before + CANDIDATES_MAX, side="right")))
        size = lengths[first:last].ravel()
        skip = np.cumsum(size) - size
        places = np.repeat(low[first:last].ravel() - skip, size) + np.arange(int(size.sum()))
        yield np.repeat(np.arange(first, last), lengths[first:last].sum(axis=1)), places
        first = last


def _keys_within(
    hashes: NDArray[np.uint64],
    queries: NDArray[np.uint64],
    index: NDArray[np.int64],
    ids: NDArray[np.uint32],
    radius: int,
) -> Keys:
    if len(ids) and int(ids.max()) >= len(hashes):
        raise ValueError("the index is damaged: an entry names a hash that does not exist")
    distance = np.bitwise_count(hashes[ids] ^ queries[index]).sum(axis=1, dtype=np.uint64)
    within = distance <= radius
    return pack(index[within].astype(np.uint64), distance[within], ids[within].astype(np.uint64))


def brute(hashes: NDArray[np.uint64], queries: NDArray[np.uint64], radius: int) -> Keys:
    """The sorted keys of all pairs within ``radius`` 0-256, every pair compared, in blocks."""
    found: list[Keys] = [np.empty(0, np.uint64)]
    block = max(1, PAIRS_PER_BLOCK // max(1, len(queries)))
    for first in range(0, len(hashes), block):
        pairs = hashes[None, first : first + block] ^ queries[:, None]
        distance = np.bitwise_count(pairs).sum(axis=2, dtype=np.uint64)
        index, ids = np.nonzero(distance <= radius)
        found.append(pack(index.astype(np.uint64), distance[index, ids], (ids + first).astype(np.uint64)))
    return np.sort(np.concatenate(found))


def pack(index: Keys, distance: Keys, ids: Keys) -> Keys:
    """Keys that sort by query, then distance, then id."""
    return (index << np.uint64(ID_BITS + DISTANCE_BITS)) | (distance << np.uint64(ID_BITS)) | ids


def unpack(keys: Keys) -> tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]]:
    """Query, distance and id of each key."""
    index = (keys >> np.uint64(ID_BITS + DISTANCE_BITS)).astype(np.uint32)
    distance = ((keys >> np.uint64(ID_BITS)) & np.uint64((1 << DISTANCE_BITS) - 1)).astype(np.uint16)
    return index, distance, (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def nearest(keys: Keys, per_query_max: int) -> tuple[Keys, NDArray[np.uint32]]:
    """The first ``per_query_max`` keys of each query, and the queries that had more."""
    index = (keys >> np.uint64(ID_BITS + DISTANCE_BITS)).astype(np.uint32)
    _, starts, counts = np.unique(index, return_index=True, return_counts=True)
    rank = np.arange(len(keys)) - np.repeat(starts, counts)
    return keys[rank < per_query_max], index[starts[counts > per_query_max]]
