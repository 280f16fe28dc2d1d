"""PDQ values on a device: encrypted under a key that comes apart from the file, decrypted in one process.

In clear: 32 random bytes, then 33 bytes an entry (PDQ value, quality 0-100 or 255 for unknown), sorted. The
random bytes hide what the approved commitment commits to: without the key nobody can try a picture. The
section: nonce (12 bytes), then AES-256-GCM of it, with the digest of the approved content as associated data.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from tutela.arithmetic import RADIUS_MAX, words
from tutela.detect.matching.index import BUCKETED, Searchable
from tutela.kernel.errors import Invalid, Unavailable

#: Bytes of a key of AES-256, and of the nonce and the tag of GCM (NIST SP 800-38D).
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
#: Random bytes before the entries.
BLIND_BYTES = 32
#: Bytes of an entry: PDQ value and quality.
ENTRY_BYTES = 33
#: Stands for a quality that the list does not say.
NO_QUALITY = 255
#: Most PDQ values of a device list (our own: 144 MB of memory in the list's process).
ENTRIES_MAX = 500_000
#: Largest distance in bits: up to here the index searches exactly, and chance alone gives nothing.
DISTANCE_BITS_MAX = RADIUS_MAX
#: Prints asked at a time, so that the first frame of a known film ends the question; and from how many on
#: sorting the probes pays (our own: 8 prints in 0.1 ms, 2,400 in 140 ms sorted, 230 ms one by one).
_AT_A_TIME = 480
_BATCH_FROM = 400
_DOMAIN = b"tutela device list pdq\0"


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintShape:
    """What is said of the PDQ values: how many, within which distance (bits) a picture meets one, from
    which quality (0-100) on one is compared, and the commitment (32 bytes) to what is encrypted."""

    entries: int
    distance_bits: int
    quality_min: int
    commitment: bytes

    @property
    def size_bytes(self) -> int:
        """Bytes of the section."""
        return NONCE_BYTES + BLIND_BYTES + self.entries * ENTRY_BYTES + TAG_BYTES


def gather_prints(prints: Iterable[tuple[bytes, int | None]], blind: bytes) -> bytes:
    """The clear text of these (PDQ value, quality), each once. Raises ValueError for too many."""
    rows = {value + bytes([NO_QUALITY if quality is None else quality]) for value, quality in prints}
    if len(rows) > ENTRIES_MAX:
        raise ValueError(f"a device list has at most {ENTRIES_MAX:,} PDQ values")
    return blind + b"".join(sorted(rows))


def commitment(clear: bytes) -> bytes:
    """32 bytes that fix the clear text and tell nothing of it."""
    return hashlib.sha256(_DOMAIN + clear).digest()


def encrypt(clear: bytes, key: bytes, content_digest: bytes) -> bytes:
    """The section. Raises ValueError for a key that is not 32 bytes."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of the PDQ values has {KEY_BYTES} bytes")
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, content_digest)


def decrypt(untrusted_section: bytes, shape: PrintShape, key: bytes, content_digest: bytes) -> Prints:
    """The PDQ values. Raises Unavailable for the wrong key, Invalid for what was not approved."""
    if len(key) != KEY_BYTES:
        raise Unavailable("the key of the PDQ values is not here: the list cannot be used without it")
    nonce, sealed = untrusted_section[:NONCE_BYTES], untrusted_section[NONCE_BYTES:]
    try:
        clear = AESGCM(key).decrypt(nonce, sealed, content_digest)
    except InvalidTag as error:
        raise Unavailable("the key of the PDQ values is another list's: ask its publisher for it") from error
    if commitment(clear) != shape.commitment:
        raise Invalid("the PDQ values are not those that were approved", field="device list")
    return Prints(shape, clear)


class Prints:
    """The PDQ values of a list, ready to be asked."""

    def __init__(self, shape: PrintShape, clear: bytes) -> None:
        rows = np.frombuffer(clear, np.uint8, offset=BLIND_BYTES).reshape(-1, ENTRY_BYTES)
        good = rows[:, -1] >= shape.quality_min  # 255, unknown, is good
        self._index: Searchable = BUCKETED.build(words(np.ascontiguousarray(rows[good, :-1])))
        self._distance_bits = shape.distance_bits

    def near(self, prints: NDArray[np.uint8]) -> bool:
        """Whether one of ``prints`` (N, 32) is within the list's distance of one of its own."""
        asked = words(prints.copy())  # of a message, they need not lie at a multiple of 8 bytes
        return any(
            len(self._index.within(some, self._distance_bits, batch=len(some) > _BATCH_FROM, per_query_max=1))
            for some in np.split(asked, range(_AT_A_TIME, len(asked), _AT_A_TIME))
        )
