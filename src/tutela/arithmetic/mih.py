"""The index of PDQ hashes as plain arrays: build, merge, validate. ``search`` asks it.

Multi-index hashing (Norouzi, Punjani, Fleet 2012) with 16 chunks of 16 bits and 16-byte bucket
entries; layout and figures in performance.md section 4. All arrays are little-endian, so that
they can be written to a file and mapped back as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import mih_twin, paths
from tutela.arithmetic.mih_twin import BUCKETS, CHUNKS
from tutela.arithmetic.words import checked_words


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

    @property
    def tables(self) -> paths.Tables:
        """The three arrays as the kernels take them."""
        return self.hashes, self.offsets, self.entries


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
    hashes = checked_words(hashes, "hashes")
    count = len(hashes)
    offsets = np.empty((CHUNKS, BUCKETS + 1), "<u4") if offsets is None else offsets
    entries = np.empty((CHUNKS, count, 4), "<u4") if entries is None else entries
    arrays = MihArrays(hashes=hashes, offsets=offsets, entries=entries)
    check_shapes(arrays)
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
    check_shapes(arrays)
    offsets = arrays.offsets
    if offsets[:, 0].any() or (offsets[:, -1] != len(arrays.hashes)).any():
        raise ValueError(f"bucket offsets must run from 0 to {len(arrays.hashes)}")
    if (offsets[:, 1:] < offsets[:, :-1]).any():
        raise ValueError("bucket offsets must not fall")
    if thorough:
        rebuilt = mih_build(arrays.hashes)
        if (rebuilt.offsets != offsets).any() or (rebuilt.entries != arrays.entries).any():
            raise ValueError("the bucket entries do not belong to the hashes")


def check_shapes(arrays: MihArrays) -> None:
    """Returns nothing; raises ValueError when an array has another shape, type or order."""
    count = len(checked_words(arrays.hashes, "hashes"))
    if not arrays.hashes.flags.c_contiguous:
        raise ValueError("hashes must be contiguous")
    expected = (
        ("offsets", arrays.offsets, (CHUNKS, BUCKETS + 1)),
        ("entries", arrays.entries, (CHUNKS, count, 4)),
    )
    for name, array, shape in expected:
        if array.dtype != np.dtype("<u4") or array.shape != shape or not array.flags.c_contiguous:
            raise ValueError(f"{name} {array.shape} {array.dtype}: contiguous <u4 of shape {shape} needed")
