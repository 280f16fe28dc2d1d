"""The PDQ reduction of one image side as a banded 64 x n matrix, cached by bytes.

PDQ blurs a picture twice with a box along each axis and keeps 64 x 64 samples (PDQ paper,
hashing.pdf, section "Jarosz filter"). Box, blur and sampling are linear and act on one axis
each, so a side of n samples is one matrix R with 64 rows, and the whole reduction is
``R_height @ luma @ R_width.T`` (performance.md section 2).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T", bound=np.generic)
_Band: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]

#: Samples a side of the reduction (PDQ paper: 64 x 64 before the DCT).
LUMA_SIDE = 64
#: Longest side in pixels that is accepted: the largest a JPEG can have (ITU-T T.81, B.2.2).
SIDE_MAX = 65_535
#: Sides below this many pixels have no PDQ hash (pdqhashing.cpp MIN_HASHABLE_DIM).
SIDE_MIN = 5
#: Bound of the cache in bytes: one operator of a 65,535 px side is 263 kB (performance.md 2.2).
CACHE_BYTES_MAX = 64 << 20
#: A DCT-scaled JPEG is k/8 of the full size, k = 1..8 (libjpeg scale_num / 8).
EIGHTHS = 8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Operator:
    """Banded matrix: row i weighs ``lengths[i]`` samples from ``starts[i]`` on; rows sum to 1.

    ``size`` is the number of samples it is applied to, ``full_size`` the side in pixels whose
    geometry it carries (they differ for reduced JPEGs). Arrays are read-only:
    ``starts`` and ``lengths`` int32 of shape (64,), ``weights`` float32 of shape (64, width).
    """

    size: int
    full_size: int
    starts: NDArray[np.int32]
    lengths: NDArray[np.int32]
    weights: NDArray[np.float32]

    @property
    def size_bytes(self) -> int:
        """Memory of the three arrays in bytes."""
        return self.starts.nbytes + self.lengths.nbytes + self.weights.nbytes


class OperatorCache:
    """Least recently used operators within ``bytes_max``; safe to share between threads."""

    def __init__(self, bytes_max: int = CACHE_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._size_bytes = 0
        self._lock = threading.Lock()
        self._operators: OrderedDict[tuple[int, int], Operator] = OrderedDict()

    @property
    def size_bytes(self) -> int:
        """Bytes held at this moment."""
        return self._size_bytes

    def get(self, key: tuple[int, int], build: Callable[[], Operator]) -> Operator:
        """The operator of ``key``, built outside the lock when it is not there."""
        with self._lock:
            found = self._operators.get(key)
            if found is not None:
                self._operators.move_to_end(key)
                return found
        built = build()
        with self._lock:
            if key not in self._operators:
                self._operators[key] = built
                self._size_bytes += built.size_bytes
                self._evict()
        return built

    def _evict(self) -> None:
        while self._size_bytes > self._bytes_max and len(self._operators) > 1:
            _, oldest = self._operators.popitem(last=False)
            self._size_bytes -= oldest.size_bytes


_cache = OperatorCache()


def operator(size: int) -> Operator:
    """The operator of a side of ``size`` pixels (1-65,535), from the cache when it is there.

    Raises ValueError outside that range. Source: performance.md section 2.2.
    """
    return scaled_operator(size, EIGHTHS, size)


def scaled_operator(full_size: int, eighths: int, size: int) -> Operator:
    """The operator of ``full_size`` pixels, for a picture decoded at ``eighths``/8 of it.

    ``size`` is the reduced side and must be ``ceil(full_size * eighths / 8)``, as libjpeg
    delivers it. A reduced sample is the mean of its block of the full picture, so the hash
    is that of the original and not of the thumbnail (performance.md section 3.2).
    Raises ValueError for sides outside 1-65,535, eighths outside 1-8 or another ``size``.
    """
    if not 1 <= full_size <= SIDE_MAX:
        raise ValueError(f"a side of {full_size} pixels: 1 to {SIDE_MAX} can be reduced")
    if not 1 <= eighths <= EIGHTHS:
        raise ValueError(f"a scale of {eighths}/8: 1/8 to 8/8 exist")
    expected = -(-full_size * eighths // EIGHTHS)
    if size != expected:
        raise ValueError(f"{full_size} pixels at {eighths}/8 are {expected} samples, not {size}")
    return _cache.get((full_size, eighths), lambda: _build(full_size, eighths, size))


def _build(full_size: int, eighths: int, size: int) -> Operator:
    starts, lengths, weights = _full_band(full_size)
    if eighths < EIGHTHS:
        starts, lengths, weights = _integrate(starts, weights, EIGHTHS / eighths, size)
    return Operator(
        size=size,
        full_size=full_size,
        starts=_frozen(starts.astype(np.int32)),
        lengths=_frozen(lengths.astype(np.int32)),
        weights=_frozen(weights.astype(np.float32)),
    )


def _frozen(array: NDArray[_T]) -> NDArray[_T]:
    array.setflags(write=False)
    return array


def _full_band(n: int) -> _Band:
    """Starts, lengths and float64 weights of the full-size operator (performance.md 2.2).

    Sample j of the blur is the mean over ``W(j) = [j - left, j + right]`` cut at the borders.
    Blurring twice and taking sample c_i gives weight ``sum over j in W(c_i), k in W(j) of
    1 / (|W(c_i)| |W(j)|)``; the sum over j is a difference of prefix sums of ``1 / |W(j)|``.
    """
    window = -(-n // 128)
    right = (window + 2) // 2 - 1
    left = window - right - 1
    j = np.arange(n)
    counts = np.minimum(j + right, n - 1) - np.maximum(j - left, 0) + 1
    prefix = np.concatenate([[0.0], np.cumsum(1.0 / counts)])

    centres = (2 * np.arange(LUMA_SIDE) + 1) * n // (2 * LUMA_SIDE)
    first, last = np.maximum(centres - left, 0), np.minimum(centres + right, n - 1)
    starts, ends = np.maximum(first - left, 0), np.minimum(last + right, n - 1)
    lengths = ends - starts + 1

    k = starts[:, None] + np.arange(int(lengths.max()))
    lowest = np.maximum(first[:, None], k - right)
    highest = np.minimum(last[:, None], k + left)
    sums = prefix[np.clip(highest + 1, 0, n)] - prefix[np.clip(lowest, 0, n)]
    weights = np.where(k <= ends[:, None], sums, 0.0) / counts[centres][:, None]
    return starts, lengths, weights


def _integrate(starts: NDArray[np.int64], weights: NDArray[np.float64], block: float, size: int) -> _Band:
    """The band summed over blocks of ``block`` full pixels; fractions of a pixel count in part.

    With F the running integral of a row, the weight of reduced sample t is
    ``F((t + 1) * block) - F(t * block)``; F is linear inside a pixel.
    """
    width = weights.shape[1]
    integral = np.zeros((LUMA_SIDE, width + 2))
    np.cumsum(weights, axis=1, out=integral[:, 1 : width + 1])
    integral[:, width + 1] = integral[:, width]

    first = np.floor(starts / block).astype(np.int64)
    last = np.minimum(np.ceil((starts + width) / block).astype(np.int64), size)
    edges = first[:, None] + np.arange(int((last - first).max()) + 1)
    position = np.clip(np.where(edges >= size, np.inf, edges * block) - starts[:, None], 0.0, float(width))
    whole = np.floor(position).astype(np.int64)
    low = np.take_along_axis(integral, whole, axis=1)
    high = np.take_along_axis(integral, whole + 1, axis=1)
    reduced = np.diff(low + (high - low) * (position - whole), axis=1)
    return first, last - first, reduced
