"""Which implementation runs: the C kernel at the widest instructions this CPU has, or NumPy.

Every path gives the same answers of the index, and the three C paths the same PDQ bits
(performance.md section 4.5), so the choice is about speed only. It is process-wide.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

#: Starts, lengths and weights of an operator; hashes, offsets and entries of an index.
Banded: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]
Tables: TypeAlias = tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]
#: Query, id, distance and capped queries as raw little-endian bytes.
Packed: TypeAlias = tuple[bytes, bytes, bytes, bytes]

#: Paths from the slowest to the fastest; the index of a C path minus 1 is its level in C.
PATHS = ("numpy", "c", "c-popcnt", "c-avx512")


class Kernels(Protocol):
    """What ``tutela._kernels`` offers (native/module.c). Sizes are checked again in C."""

    def levels(self) -> int:
        """Number of C paths that this CPU can run, 1-3."""

    def reduce_luma(
        self, level: int, pixels: NDArray[np.uint8], rows: Banded, columns: Banded, into: NDArray[np.float32]
    ) -> None:
        """Writes the 64 x 64 reduction of ``pixels`` to ``into``."""

    def finish(
        self, luma64: NDArray[np.float32], quality_scale: float, forms: int
    ) -> tuple[tuple[bytes, ...], int]:
        """The hashes of the first ``forms`` (1 or 8) orientations of a reduction, and its quality."""

    def mih_build(
        self, hashes: NDArray[np.uint64], offsets: NDArray[np.uint32], entries: NDArray[np.uint32]
    ) -> None:
        """Fills the bucket offsets and entries of ``hashes``."""

    def mih_query(
        self, level: int, tables: Tables, queries: NDArray[np.uint64], radius: int, per_query_max: int
    ) -> Packed | None:
        """Raw columns (query, id, distance, capped queries) of the hits; None when there is none."""

    def mih_query_batch(
        self, level: int, tables: Tables, queries: NDArray[np.uint64], radius: int, per_query_max: int
    ) -> Packed | None:
        """The same hits, all queries at once, bucket by bucket."""

    def brute_query(
        self,
        level: int,
        hashes: NDArray[np.uint64],
        queries: NDArray[np.uint64],
        radius: int,
        per_query_max: int,
    ) -> Packed | None:
        """As ``mih_query``, comparing every pair."""


def _load() -> Kernels | None:
    """The extension, or None where it was built without a compiler or cannot run here."""
    try:
        return cast(Kernels, importlib.import_module("tutela._kernels"))
    except ImportError:
        return None


_kernels = _load()
_available: tuple[str, ...] = PATHS[: 1 + (_kernels.levels() if _kernels else 0)]
_chosen = len(_available) - 1


def available_paths() -> tuple[str, ...]:
    """The names of the paths that run here, slowest first; ``numpy`` is always among them."""
    return _available


def current_path() -> str:
    """The name of the path in use."""
    return PATHS[_chosen]


def use_path(name: str) -> None:
    """Forces one path for the whole process. Raises ValueError when it does not run here."""
    global _chosen
    if name not in _available:
        raise ValueError(f"path {name!r} does not run here: {', '.join(_available)} do")
    _chosen = PATHS.index(name)


@contextmanager
def forced_path(name: str) -> Iterator[None]:
    """Forces one path inside a ``with`` block; the former choice comes back afterwards."""
    former = current_path()
    use_path(name)
    try:
        yield
    finally:
        use_path(former)


def native() -> Kernels | None:
    """The extension when a C path is in use, else None."""
    return _kernels if _chosen else None


def level() -> int:
    """The C path in use as a number: 0 plain, 1 popcnt, 2 AVX-512."""
    return _chosen - 1
