"""Exact matching at radius 31 against threatexchange and faiss: 1 M random and 1 M clustered hashes.

``python -m bench.matching`` prints the rows; ``matching_rows`` returns them for bar i1-6. Every row
carries its recall: a speed without it is void (performance.md section 10, trap 5).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.paired import PAIRS, paired, peer
from tutela.arithmetic import (
    Hits,
    MihArrays,
    brute_query,
    current_path,
    forced_path,
    mih_build,
    mih_query,
    pdq_twin,
    reduce_luma,
    values_of,
    words,
)
from tutela.arithmetic.paths import available_paths
from tutela.demo import pictures

RADIUS = 31
#: Queries asked one by one, and queries of one batch.
SINGLE, BATCH = 400, 1_000
#: Share of the queries that are near-duplicates of a listed hash (performance.md section 9).
NEAR_SHARE = 0.1
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class HashSet:
    """Listed hashes and queries as words, from a seed."""

    name: str
    hashes: NDArray[np.uint64]
    queries: NDArray[np.uint64]


def random_set(count: int, seed: int = 1) -> HashSet:
    """Uniform hashes; of the queries 10 % are listed hashes with 0-40 flipped bits, the rest random."""
    rng = np.random.default_rng(seed)
    listed = rng.integers(0, 256, (count, 32), np.uint8)
    queries = rng.integers(0, 256, (BATCH, 32), np.uint8)
    near = int(BATCH * NEAR_SHARE)
    bits = np.unpackbits(listed[rng.integers(0, count, near)], axis=1)
    for row, flips in zip(bits, rng.integers(0, 41, near), strict=True):
        row[rng.choice(256, flips, replace=False)] ^= 1
    queries[:near] = np.packbits(bits, axis=1)
    return HashSet(name="random", hashes=words(listed), queries=words(queries[rng.permutation(BATCH)]))


def clustered_set(count: int, seed: int = 3) -> HashSet:
    """Crops of pictures, each with four perturbed copies; queries: half new copies, half new crops.

    Copies get noise, gain and a slope in the domain of the DCT, where they cost no pixels.
    """
    rng = np.random.default_rng(seed)
    sources = [np.asarray(pictures.landscape_of(number, "2").convert("L")) for number in range(24)]
    crops = -(-count // 5)
    coefficients = np.concatenate(list(_crop_coefficients(sources, crops + BATCH // 2, rng)))
    base, fresh = coefficients[:crops], coefficients[crops:]
    listed = np.concatenate([_bits_of(base), *(_bits_of(_perturbed(base, rng)) for _ in range(4))])
    copies = _bits_of(_perturbed(base[rng.integers(0, crops, BATCH - len(fresh))], rng))
    queries = np.concatenate([copies, _bits_of(fresh)])[rng.permutation(BATCH)]
    return HashSet(name="clustered", hashes=words(listed[:count]), queries=words(queries))


def _crop_coefficients(
    sources: list[NDArray[np.uint8]], count: int, rng: np.random.Generator
) -> Iterator[NDArray[np.float32]]:
    """Flat 16 x 16 coefficients of random crops and mirrored crops, in blocks."""
    for first in range(0, count, 4_096):
        block = []
        for _ in range(min(4_096, count - first)):
            source = sources[int(rng.integers(len(sources)))]
            height, width = (int(side) for side in rng.integers(200, 500, 2))
            top, left = (
                int(rng.integers(whole - part))
                for whole, part in zip(source.shape, (height, width), strict=True)
            )
            block.append(reduce_luma(source[top : top + height, left : left + width])[:: rng.choice((1, -1))])
        transformed = pdq_twin.DCT @ np.stack(block) @ pdq_twin.DCT.T
        yield transformed.reshape(len(block), 256).astype(np.float32)


def _perturbed(coefficients: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    noise = rng.standard_normal(coefficients.shape, np.float32) * np.float32(6)
    gain = rng.uniform(0.7, 1.3, (len(coefficients), 1)).astype(np.float32)
    changed = coefficients * gain + noise
    changed[:, (0, 16)] += rng.normal(0, 40, (len(coefficients), 2)).astype(np.float32)
    return changed


def _bits_of(coefficients: NDArray[np.float32]) -> NDArray[np.uint8]:
    medians = np.partition(coefficients, 127, axis=1)[:, 127:128]
    return np.packbits(coefficients[:, ::-1] > medians, axis=1)


def matching_rows(count: int = 1_000_000, pairs: int = PAIRS) -> list[Row]:
    """Rows for both sets against each peer: queries a second single and in batches of 1,000, ratios,
    recall of both sides, bytes a hash, instruction set."""
    return [row for make in (random_set, clustered_set) for row in rows_of(make(count), pairs)]


def rows_of(hash_set: HashSet, pairs: int = PAIRS) -> list[Row]:
    """Rows of one set: against threatexchange, then against faiss's flat index."""
    arrays = mih_build(hash_set.hashes)
    truth = pairs_of(brute_query(hash_set.hashes, hash_set.queries, RADIUS))
    rows = []
    for make_peer in (_threatexchange, _faiss_flat):
        found = make_peer(hash_set)
        if isinstance(found, str):
            rows.append({"set": hash_set.name, "missing": found})
            continue
        rows.append(_row(hash_set, arrays, truth, found, pairs))
    return rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """A peer's index: its name, how to ask it ``count`` queries one by one or all at once, its pairs."""

    name: str
    single: Callable[[int], object]
    batch: Callable[[], object]
    pairs: Callable[[], set[tuple[int, int]]]


def _row(hash_set: HashSet, arrays: MihArrays, truth: set[tuple[int, int]], other: Peer, pairs: int) -> Row:
    one_by_one = [hash_set.queries[number : number + 1] for number in range(SINGLE)]

    def single() -> None:
        for query in one_by_one:
            mih_query(arrays, query, RADIUS, batch=False)

    lone = paired(single, lambda: other.single(SINGLE), pairs)
    many = paired(lambda: mih_query(arrays, hash_set.queries, RADIUS), other.batch, pairs)
    ours, theirs = pairs_of(mih_query(arrays, hash_set.queries, RADIUS)), other.pairs()
    return {
        "set": hash_set.name,
        "hashes": len(hash_set.hashes),
        "peer": other.name,
        "path": current_path(),
        "single_per_second": SINGLE / lone.ours_seconds,
        "peer_single_per_second": SINGLE / lone.theirs_seconds,
        "single_ratio": lone.ratio,
        "batch_per_second": BATCH / many.ours_seconds,
        "peer_batch_per_second": BATCH / many.theirs_seconds,
        "batch_ratio": many.ratio,
        "pairs": len(truth),
        "exact": ours == truth,
        "peer_recall": len(theirs & truth) / max(1, len(truth)),
        "bytes_a_hash": arrays.size_bytes / max(1, len(hash_set.hashes)),
    }


def pairs_of(hits: Hits) -> set[tuple[int, int]]:
    """(query, id) of all hits."""
    return set(zip(hits.query_index.tolist(), hits.ids.tolist(), strict=True))


def _threatexchange(hash_set: HashSet) -> Peer | str:
    module = peer("threatexchange.signal_type.pdq.pdq_index")
    if module is None or peer("faiss") is None:
        return "threatexchange"
    texts = [bytes(value).hex() for value in values_of(hash_set.hashes)]
    index = module.PDQIndex((text, number) for number, text in enumerate(texts))
    asked = [bytes(value).hex() for value in values_of(hash_set.queries)]

    def found() -> set[tuple[int, int]]:
        return {(row, match.metadata) for row, text in enumerate(asked) for match in index.query(text)}

    return Peer(
        name="threatexchange PDQIndex",
        single=lambda count: [index.query(text) for text in asked[:count]],
        batch=lambda: index.index.search_with_distance_in_result(asked, RADIUS),
        pairs=found,
    )


def _faiss_flat(hash_set: HashSet) -> Peer | str:
    faiss = peer("faiss")
    if faiss is None:
        return "faiss-cpu"
    index = faiss.IndexBinaryFlat(256)
    index.add(values_of(hash_set.hashes))
    asked = values_of(hash_set.queries)

    def found() -> set[tuple[int, int]]:
        limits, _, ids = index.range_search(asked, RADIUS + 1)  # faiss is strict: below, not up to
        owners = np.repeat(np.arange(len(asked)), np.diff(limits.astype(np.int64)))
        return set(zip(owners.tolist(), ids.tolist(), strict=True))

    return Peer(
        name="faiss IndexBinaryFlat",
        single=lambda count: [index.range_search(asked[row : row + 1], RADIUS + 1) for row in range(count)],
        batch=lambda: index.range_search(asked, RADIUS + 1),
        pairs=found,
    )


def own_rows(count: int = 1_000_000) -> list[Row]:
    """tutela alone at each instruction set: single, batches of 1,000, a tail of 16,384 by brute force."""
    hash_set = random_set(count)
    arrays = mih_build(hash_set.hashes)
    rows = []
    for name in available_paths()[1:]:
        with forced_path(name):
            rows.append(_own_row(hash_set, arrays))
    return rows


def _own_row(hash_set: HashSet, arrays: MihArrays) -> Row:
    one_by_one = [hash_set.queries[number : number + 1] for number in range(BATCH)]
    tail = hash_set.hashes[:16_384]
    measured = paired(
        lambda: [mih_query(arrays, query, RADIUS, batch=False) for query in one_by_one],
        lambda: [brute_query(tail, query, RADIUS) for query in one_by_one],
    )
    many = paired(
        lambda: mih_query(arrays, hash_set.queries, RADIUS),
        lambda: brute_query(tail, hash_set.queries, RADIUS),
    )
    return {
        "path": current_path(),
        "single_per_second": BATCH / measured.ours_seconds,
        "batch_per_second": BATCH / many.ours_seconds,
        "tail_single_us": measured.theirs_seconds / BATCH * 1e6,
        "tail_batch_us": many.theirs_seconds / BATCH * 1e6,
    }


def main() -> None:
    """Prints all rows as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="listed hashes")
    count = parser.parse_args().count
    for row in (*own_rows(count), *matching_rows(count)):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
