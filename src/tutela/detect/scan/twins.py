"""Has this very content been looked at already? Exact, and cheap where the answer is no.

A *probe* (size, and the first 4 KiB, which are read anyway to know the kind) is compared first; only where
it was seen before is the whole file's SHA-256 computed in the parent and compared with that of the earlier
file. Uncompressed pictures of one size may share a probe: that costs them this SHA-256 and nothing else.
Equal SHA-256 means equal content, so only the decoding is skipped, never a look-up. Hard links are the same
file provably (device, inode, size, time of change) and are not read at all.
"""

from __future__ import annotations

import hashlib
import os

import numpy as np

#: Bytes taken from the head of a file for its probe: one piece of a disk for each file, not two.
SAMPLE_BYTES = 4096
#: Bytes of a probe; a collision costs one SHA-256 and nothing else.
PROBE_BYTES = 8
#: Bits of the filter that keeps ordinary files away from the journal: 16 MiB, 2 hashes,
#: below 1 % false alarms at 5 million files (calculated: (1 - exp(-2n/m))^2).
FILTER_BITS = 1 << 27
#: The same for a journal in memory, that is for a few files: 1 MiB.
SMALL_FILTER_BITS = 1 << 23


def probe(fd: int, size_bytes: int) -> bytes:
    """The 8-byte probe of a seekable descriptor. Raises OSError as ``os.pread`` does."""
    digest = hashlib.blake2b(size_bytes.to_bytes(8, "little"), digest_size=PROBE_BYTES)
    digest.update(os.pread(fd, SAMPLE_BYTES, 0))
    return digest.digest()


class ProbeFilter:
    """A Bloom filter over probes: ``False`` is certain, ``True`` means "ask the journal". 16 MiB, flat."""

    def __init__(self, bits: int = FILTER_BITS) -> None:
        self._bits = bits
        # Copied, so that the memory is taken now: a scan that grows for an hour looks like a leak.
        self._cells = bytearray(bytes(bits // 8))

    def add(self, probe_: bytes) -> None:
        """Remembers a probe."""
        for place in self._places(probe_):
            self._cells[place >> 3] |= 1 << (place & 7)

    def add_all(self, probes: bytes) -> None:
        """Remembers many probes, joined."""
        places = np.frombuffer(probes, "<u4") % np.uint32(self._bits)
        cells = np.frombuffer(self._cells, np.uint8)
        np.bitwise_or.at(cells, places >> 3, np.uint8(1) << (places & 7).astype(np.uint8))

    def may_hold(self, probe_: bytes) -> bool:
        """False when the probe was certainly never added."""
        return all(self._cells[place >> 3] >> (place & 7) & 1 for place in self._places(probe_))

    def _places(self, probe_: bytes) -> tuple[int, int]:
        return (
            int.from_bytes(probe_[:4], "little") % self._bits,
            int.from_bytes(probe_[4:], "little") % self._bits,
        )
