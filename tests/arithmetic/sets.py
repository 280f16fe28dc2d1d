"""Hash sets and pictures that the arithmetic tests share, all from seeds, all benign."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from tutela.arithmetic import available_paths, forced_path, words
from tutela.arithmetic.paths import PATHS

#: Every path by name; those that do not run here are skipped visibly.
EVERY_PATH = [
    pytest.param(
        name, marks=pytest.mark.skipif(name not in available_paths(), reason=f"path {name} does not run here")
    )
    for name in PATHS
]


def in_every_path() -> Iterator[str]:
    """Forces each path that runs here, one after the other, inside a loop."""
    for name in available_paths():
        with forced_path(name):
            yield name


def random_hashes(count: int, seed: int = 1) -> NDArray[np.uint64]:
    """``count`` uniform hashes as words."""
    return words(np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8))


def flipped(hashes: NDArray[np.uint64], bits: int, seed: int = 2) -> NDArray[np.uint64]:
    """A copy of each hash with exactly ``bits`` other bits."""
    rng = np.random.default_rng(seed)
    values = np.unpackbits(hashes.view(np.uint8).reshape(-1, 32), axis=1)
    for row in values:
        row[rng.choice(256, bits, replace=False)] ^= 1
    return words(np.packbits(values, axis=1))


def clustered_hashes(centres: int, copies: int, seed: int = 3) -> NDArray[np.uint64]:
    """``copies`` near-duplicates, 0 to 40 bits away, of each of ``centres`` hashes."""
    rng = np.random.default_rng(seed)
    seeds = random_hashes(centres, seed)
    return np.concatenate(
        [flipped(seeds, int(bits), seed + number) for number, bits in enumerate(rng.integers(0, 41, copies))]
    )


def distances(hashes: NDArray[np.uint64], query: NDArray[np.uint64]) -> list[int]:
    """Hamming distance in bits to each hash, by Python's own integers: independent of the product."""
    wanted = int.from_bytes(query.tobytes(), "little")
    return [(int.from_bytes(row.tobytes(), "little") ^ wanted).bit_count() for row in hashes]


def expected(
    hashes: NDArray[np.uint64], queries: NDArray[np.uint64], radius: int
) -> list[tuple[int, int, int]]:
    """All (query, id, distance) within ``radius`` in the promised order, by ``distances``."""
    return [
        (number, row, bits)
        for number, query in enumerate(queries)
        for row, bits in enumerate(distances(hashes, query))
        if bits <= radius
    ]


def landscape(height: int, width: int, seed: int = 4) -> NDArray[np.uint8]:
    """A smooth RGB picture: noise at five scales, enlarged by repetition and box-blurred."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width, 3))
    for octave in range(5):
        cells = 3 << octave
        coarse = rng.normal(0, 0.6**octave, (cells, cells, 3))
        rows = np.linspace(0, cells - 1, height)
        columns = np.linspace(0, cells - 1, width)
        total += _between(_between(coarse, rows).swapaxes(0, 1), columns).swapaxes(0, 1)
    low, high = total.min(), total.max()
    picture: NDArray[np.uint8] = ((total - low) * (255 / (high - low))).astype(np.uint8)
    return picture


def _between(values: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear interpolation of the first axis at fractional ``places``."""
    whole = np.minimum(places.astype(int), len(values) - 2)
    part = (places - whole)[:, None, None]
    mixed: NDArray[np.float64] = values[whole] * (1 - part) + values[whole + 1] * part
    return mixed


def bits_apart(one: bytes, other: bytes) -> int:
    """Hamming distance of two PDQ values in bits."""
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))
