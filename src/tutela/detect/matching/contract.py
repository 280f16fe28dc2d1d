"""The contract of the slot ``tutela.indexes``: plain functions that raise AssertionError, no pytest needed.

``check_index(kind)`` is run by ``tutela plugins`` and by tests on each enabled plug-in. The truth is computed
here, pair by pair, and not by another plug-in.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import Hits, mih_build
from tutela.detect.matching.index import GROUP, IndexKind, Searchable
from tutela.kernel.slots import Slot

#: Sizes at which an index is asked: none, one, two, and one that leaves buckets uneven.
SIZES = (0, 1, 2, 700)
#: Distances asked: equal, the two regimes of multi-index hashing, the usual threshold, beyond it.
DISTANCES_BITS = (0, 15, 16, 31, 40)
_MANY = 1_000_000


def _demand(condition: object, sentence: str) -> None:
    if not condition:
        raise AssertionError(sentence)


def hash_sets(size: int, seed: int) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    """Named sets of ``size`` hashes (N, 4): random, clustered (few flips), adversarial (few values)."""
    rng = np.random.default_rng(seed)
    yield "random", rng.integers(0, 1 << 64, (size, 4), dtype=np.uint64)
    centres = rng.integers(0, 256, (max(1, size // 20), 32), dtype=np.uint8)
    clustered = centres[rng.integers(0, len(centres), size)]
    for _ in range(20):
        flip_bits(clustered, rng)
    yield "clustered", clustered.view("<u8").reshape(-1, 4)
    yield "adversarial", adversarial(size, rng)


def flip_bits(values: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Flips one random bit of each (N, 32) value in place."""
    if len(values):
        rows = np.arange(len(values))
        values[rows, rng.integers(0, 32, len(values))] ^= np.uint8(1) << rng.integers(
            0, 8, len(values), dtype=np.uint8
        )


def adversarial(size: int, rng: np.random.Generator) -> NDArray[np.uint64]:
    """Hashes that fall into the same buckets or lie exactly at the edge of a threshold.

    All zero, all one, one value many times, and values 31 or 32 bits from zero whose bits are two in
    each 16-bit chunk but one (the worst case of the pigeonhole: performance.md section 4.1).
    """
    places = np.argsort(rng.random((size, 16, 16)), axis=2)[:, :, :2] + 16 * np.arange(16)[:, None]
    counts = np.array([0, 0, 31, 32, 30])[np.arange(size) % 5]
    bits = np.zeros((size, 256), np.uint8)
    np.put_along_axis(bits, places.reshape(size, 32), np.arange(32) < counts[:, None], axis=1)
    bits[1::5] = 1
    return np.packbits(bits, axis=1).view("<u8").reshape(-1, 4)


def true_pairs(
    hashes: NDArray[np.uint64], queries: NDArray[np.uint64], distance_bits: int
) -> list[tuple[int, int, int]]:
    """(query, id, distance) of all pairs, computed pair by pair with Python integers' popcount."""
    whole = [int.from_bytes(row.tobytes(), "big") for row in hashes]
    asked = [int.from_bytes(row.tobytes(), "big") for row in queries]
    pairs = ((q, i, (a ^ b).bit_count()) for q, a in enumerate(asked) for i, b in enumerate(whole))
    return [pair for pair in pairs if pair[2] <= distance_bits]


def pairs_of(hits: Hits) -> list[tuple[int, int, int]]:
    """(query, id, distance) of the hits, in their order."""
    return list(zip(hits.query_index.tolist(), hits.ids.tolist(), hits.distance.tolist(), strict=True))


def _check_answers(found: Searchable, hashes: NDArray[np.uint64], name: str) -> None:
    rng = np.random.default_rng(len(hashes))
    queries = np.concatenate([hashes[:20], rng.integers(0, 1 << 64, (3, 4), dtype=np.uint64)])
    for distance_bits in DISTANCES_BITS:
        truth = true_pairs(hashes, queries, distance_bits)
        for batch in (False, True):
            hits = found.within(queries, distance_bits, batch=batch, per_query_max=_MANY)
            _demand(
                pairs_of(hits) == truth,
                f"{len(hashes)} {name} hashes within {distance_bits} bits, batch={batch}: other pairs",
            )
            _demand(not len(hits.capped_queries), "queries are called capped without need")


def _check_cap(kind: IndexKind) -> None:
    hashes = np.zeros((50, 4), "<u8")
    hashes[:, 0] = np.minimum(np.arange(50), 1)
    hits = kind.build(hashes).within(np.zeros((1, 4), "<u8"), 31, batch=False, per_query_max=5)
    _demand(len(hits) == 5, "the cap per query is not kept")
    _demand(hits.capped_queries.tolist() == [0], "a capped query is not told")
    _demand(hits.ids.tolist()[0] == 0 and hits.distance.tolist()[0] == 0, "the nearest is lost to the cap")


def check_index(kind: IndexKind) -> None:
    """Raises AssertionError with a sentence when ``kind`` breaks the contract."""
    _demand(kind.name and kind.version, "name and version must be given")
    for size in SIZES:
        for name, hashes in hash_sets(size, seed=size):
            _check_answers(kind.build(hashes), hashes, name)
            _check_answers(kind.adopt(mih_build(hashes)), hashes, name)
    _check_cap(kind)


#: The slot: ``SLOT.load("bucketed")`` gives an index kind after this check.
SLOT: Slot[IndexKind] = Slot(group=GROUP, protocol=IndexKind, contract=check_index)
