"""Exact digests on a device: keyed, cut short, sorted into buckets. Nobody reads a digest back from them.

A digest becomes HMAC-SHA-256(salt, kind, zero byte, digest). Its first ``bucket_bits`` choose the bucket,
the next ``entry_bits`` stand in it, sorted. The section is the bounds of the buckets (uint32, little-endian),
then the entries (most significant byte first). The salt is public: whoever has a file can ask whether it is
listed; whoever has the section cannot say which files are (docs/how-to/device-lists.md).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Kinds of digest that a device list holds, and their bytes.
DIGEST_BYTES = {"sha256": 32, "sha1": 20, "md5": 16}
#: Most digests of one kind (our own: 24 MB on a device).
ENTRIES_MAX = 4_000_000
#: Largest probability that a digest which is not listed is taken for one (GOV: false blocks are counted).
FALSE_MATCH_MAX = 1e-12
#: Entries a bucket holds on the average: enough that the bounds of the buckets cost little room (our own).
_PER_BUCKET = 64
#: Bits of an entry that are tried; with the bits of the bucket they fit into one 64-bit word.
_ENTRY_BITS = (40, 48)
_WORD_BITS = 64
_BOUND_BYTES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketShape:
    """How one kind is stored: how many entries, in 2 ** ``bucket_bits`` buckets, ``entry_bits`` each.

    ``largest_bucket`` is the number of entries in the fullest bucket.
    """

    kind: str
    entries: int
    bucket_bits: int
    entry_bits: int
    largest_bucket: int

    @property
    def key_bits(self) -> int:
        """Bits of a keyed digest that are known of each entry."""
        return self.bucket_bits + self.entry_bits

    @property
    def false_match_probability(self) -> float:
        """At most this often a digest that is not listed meets an entry: entries it is compared with, each
        equal by chance with 2 ** -entry_bits. Exact: a whole number and a power of two."""
        return self.largest_bucket * 2.0**-self.entry_bits

    @property
    def bounds_bytes(self) -> int:
        """Bytes of the bounds of the buckets."""
        return ((1 << self.bucket_bits) + 1) * _BOUND_BYTES

    @property
    def size_bytes(self) -> int:
        """Bytes of the section."""
        return self.bounds_bytes + self.entries * self.entry_bits // 8


def keyed(salt: bytes, kind: str, digest: bytes) -> int:
    """The first 64 bits of the keyed digest."""
    return int.from_bytes(hmac.digest(salt, kind.encode() + b"\0" + digest, "sha256")[:8], "big")


def fill_buckets(kind: str, digests: Iterable[bytes], salt: bytes) -> tuple[BucketShape, bytes]:
    """Shape and section of these digests, each once. Raises ValueError for too many."""
    words = np.unique(np.array([keyed(salt, kind, one) for one in digests], "<u8"))
    if len(words) > ENTRIES_MAX:
        raise ValueError(f"a device list has at most {ENTRIES_MAX:,} digests of a kind")
    bucket_bits = _bucket_bits(len(words))
    entry_bits = _entry_bits(int(_sizes(words, _WORD_BITS, bucket_bits).max()))
    key_bits = bucket_bits + entry_bits
    keys = np.unique(words >> np.uint64(_WORD_BITS - key_bits))
    sizes = _sizes(keys, key_bits, bucket_bits)
    shape = BucketShape(
        kind=kind,
        entries=len(keys),
        bucket_bits=bucket_bits,
        entry_bits=entry_bits,
        largest_bucket=int(sizes.max()),
    )
    return shape, _section(shape, keys, sizes)


def _sizes(words: NDArray[np.uint64], word_bits: int, bucket_bits: int) -> NDArray[np.int64]:
    """How many of these words of ``word_bits`` bits fall into each bucket."""
    low_bits = word_bits - bucket_bits
    buckets = (
        (words >> np.uint64(low_bits)).astype(np.int64) if bucket_bits else np.zeros(len(words), np.int64)
    )
    return np.bincount(buckets, minlength=1 << bucket_bits)


def _bucket_bits(entries: int) -> int:
    return max(0, (-(-entries // _PER_BUCKET) - 1).bit_length()) if entries else 0


def _entry_bits(largest: int) -> int:
    return next((bits for bits in _ENTRY_BITS if largest * 2.0**-bits <= FALSE_MATCH_MAX), _ENTRY_BITS[-1])


def _section(shape: BucketShape, keys: NDArray[np.uint64], sizes: NDArray[np.int64]) -> bytes:
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype("<u4")
    mask = np.uint64((1 << shape.entry_bits) - 1)
    tails = (keys & mask).astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - shape.entry_bits // 8 :]
    return bounds.tobytes() + tails.tobytes()


class Buckets:
    """The entries of one kind, opened."""

    def __init__(self, shape: BucketShape, untrusted_section: bytes) -> None:
        """Raises ValueError where the section is not of this shape."""
        self.shape = shape
        self._keys = _keys_of(shape, untrusted_section)

    def has(self, salt: bytes, digest: bytes) -> bool:
        """Whether the digest is listed; by chance with ``false_match_probability`` at most."""
        wanted = np.uint64(keyed(salt, self.shape.kind, digest) >> (_WORD_BITS - self.shape.key_bits))
        place = int(self._keys.searchsorted(wanted))
        return place < len(self._keys) and bool(self._keys[place] == wanted)


def _keys_of(shape: BucketShape, untrusted_section: bytes) -> NDArray[np.uint64]:
    """The first ``key_bits`` of every keyed digest, in order."""
    if len(untrusted_section) != shape.size_bytes:
        raise ValueError(f"the section of {shape.kind} has not the size that the header says")
    bounds = np.frombuffer(untrusted_section, "<u4", (1 << shape.bucket_bits) + 1).astype(np.int64)
    sizes = np.diff(bounds)
    if bounds[0] or bounds[-1] != shape.entries or (sizes < 0).any() or sizes.max() != shape.largest_bucket:
        raise ValueError(f"the buckets of {shape.kind} do not hold what the header says")
    width = shape.entry_bits // 8
    tails = np.zeros((shape.entries, 8), np.uint8)
    raw = np.frombuffer(untrusted_section, np.uint8, offset=shape.bounds_bytes)
    tails[:, 8 - width :] = raw.reshape(-1, width)
    of_bucket = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
    keys = (of_bucket << np.uint64(shape.entry_bits)) | tails.reshape(-1).view(">u8").astype(np.uint64)
    if (keys[1:] <= keys[:-1]).any():
        raise ValueError(f"the entries of {shape.kind} are not in order")
    return keys
