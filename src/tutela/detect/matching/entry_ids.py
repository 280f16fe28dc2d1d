"""Ids of entries whose source gave none: keyed, so that an id never betrays the value it stands for.

The same value under the same salt has the same id, so that a list that is imported again with the salt
of its predecessor keeps its ids. Shape: ``ent_`` and 32 characters (decisions.md section 8).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.texts import Texts
from tutela.kernel.ids import ALPHABET

PREFIX = "ent_"
#: 160 bits = 32 characters of 5 bits (decisions.md section 8).
_ID_BYTES = 20
_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_OURS = bytes.maketrans(_RFC4648.encode(), ALPHABET.encode())
_ALPHABET = np.frombuffer(ALPHABET.encode(), np.uint8)
#: Five bytes are a 40-bit number, which is eight characters.
_BYTE_SHIFTS = np.arange(32, -1, -8, dtype=np.uint64)
_CHARACTER_SHIFTS = np.arange(35, -1, -5, dtype=np.uint64)
_BLOCK = 1 << 15
#: Longest id of a foreign source that is kept as it is.
FOREIGN_ID_MAX = 200


def keyed_id(salt: bytes, values: Iterable[bytes]) -> str:
    """The id of an entry with these values (raw bytes, each with its kind in front where kinds mix)."""
    state = hashlib.blake2b(key=salt, digest_size=_ID_BYTES)
    for value in values:
        state.update(_framed(value))
    return PREFIX + base64.b32encode(state.digest()).translate(_TO_OURS).decode("ascii")


def keyed_ids(salt: bytes, kind: str, values: Iterable[bytes]) -> Texts:
    """``keyed_id`` of many entries with one value of ``kind`` each, about a microsecond an entry."""
    begun = hashlib.blake2b(_framed(kind.encode()), key=salt, digest_size=_ID_BYTES)
    digests = []
    for value in values:
        state = begun.copy()
        state.update(_framed(value))
        digests.append(state.digest())
    return _ids_of(np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _ID_BYTES))


def _ids_of(digests: NDArray[np.uint8]) -> Texts:
    """The ids of (n, 20) digests: five bits a character, most significant bits first (RFC 4648)."""
    blob = np.empty((len(digests), len(PREFIX) + 32), np.uint8)
    blob[:, : len(PREFIX)] = np.frombuffer(PREFIX.encode(), np.uint8)
    for start in range(0, len(digests), _BLOCK):
        fives = digests[start : start + _BLOCK].reshape(-1, 4, 5).astype(np.uint64)
        numbers = (fives << _BYTE_SHIFTS).sum(axis=2, dtype=np.uint64)
        places = ((numbers[:, :, None] >> _CHARACTER_SHIFTS) & np.uint64(31)).astype(np.uint8)
        blob[start : start + _BLOCK, len(PREFIX) :] = _ALPHABET[places.reshape(-1, 32)]
    offsets = np.arange(len(digests) + 1, dtype="<u8") * np.uint64(blob.shape[1])
    return Texts(offsets=offsets, blob=blob.reshape(-1))


def checked_foreign_id(untrusted_id: str) -> str:
    """An id that a source gave, unchanged. Raises ValueError when it is empty, long or not printable."""
    if not untrusted_id or len(untrusted_id) > FOREIGN_ID_MAX or not untrusted_id.isprintable():
        raise ValueError(f"an entry id is 1 to {FOREIGN_ID_MAX} printable characters")
    return untrusted_id


def _framed(value: bytes) -> bytes:
    return len(value).to_bytes(8, "little") + value
