"""PDQ values as the 64-bit words that the index compares, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Bytes of a PDQ value.
VALUE_BYTES = 32
#: Bits of a PDQ value, hence the largest distance.
HASH_BITS = 256
#: Hashes one index can hold: ids are unsigned 32-bit.
HASHES_MAX = (1 << 32) - 1


def words(values: bytes | NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The (N, 4) little-endian uint64 words of N PDQ values of 32 bytes in hexadecimal order.

    Word w of a hash holds its bytes 8w to 8w + 7, the first in the lowest bits: the bytes are
    only looked at differently (no copy of a contiguous array). Chunk c of the index is bytes
    2c and 2c + 1. Raises ValueError when the length is not a multiple of 32.
    """
    flat = np.frombuffer(values, np.uint8) if isinstance(values, bytes) else np.ascontiguousarray(values)
    if flat.dtype != np.uint8 or flat.size % VALUE_BYTES:
        raise ValueError(f"{flat.size} values of type {flat.dtype}: a multiple of 32 bytes needed")
    return flat.reshape(-1).view("<u8").reshape(-1, 4)


def values_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The (N, 32) bytes in hexadecimal order of hash words: the inverse of ``words``."""
    return checked_words(hashes, "hashes").view(np.uint8).reshape(-1, VALUE_BYTES)


def checked_words(hashes: NDArray[np.uint64], name: str) -> NDArray[np.uint64]:
    """``hashes`` as a contiguous (N, 4) array; raises ValueError, naming them, for another type or shape."""
    if hashes.dtype != np.dtype("<u8") or hashes.ndim != 2 or hashes.shape[1] != HASH_BITS // 64:
        raise ValueError(f"{name} {hashes.shape} {hashes.dtype}: <u8 of shape (N, 4) needed")
    if len(hashes) > HASHES_MAX:
        raise ValueError(f"{len(hashes)} {name}: at most {HASHES_MAX} can be held")
    return np.ascontiguousarray(hashes)
