"""The wire between the guard and the process of a list: sized messages of fixed shapes, nothing else.

A message is an 8-byte head (type, length of the payload) and the payload; all numbers are little-endian. Both
sides check what they read and raise ValueError; the parent then ends the process.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.bundles.buckets import DIGEST_BYTES
from tutela.detect.matching.bundles.layout import BUNDLE_BYTES_MAX, HEADER_BYTES_MAX
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable
from tutela.prevent.guard.lists.shapes import Digests, Met

#: Types of messages: the parent's, and the process's answers.
OPEN, ASK, OPENED, REFUSED, ANSWER = 1, 2, 16, 17, 18
#: Most PDQ values of one question: 300 frames in eight orientations (decisions.md section 1).
PRINTS_MAX: Final = 2_400
#: Bytes of a PDQ value.
PRINT_BYTES: Final = 32
#: Longest sentence of a refusal, in characters.
SENTENCE_MAX: Final = 500
#: Largest payloads: of an order to open, of a question, of an answer.
OPEN_BYTES_MAX: Final = BUNDLE_BYTES_MAX + (1 << 20)
ASK_BYTES_MAX: Final = 4 + sum(DIGEST_BYTES.values()) + PRINTS_MAX * PRINT_BYTES
ANSWER_BYTES_MAX: Final = HEADER_BYTES_MAX + 16

HEAD: Final = struct.Struct("<BxxxI")
_OPEN: Final = struct.Struct("<qIII")
_ASK: Final = struct.Struct("<BxH")
_MET: Final[tuple[Met, ...]] = (None, "exact", "near")
_FAMILIES: Final[tuple[type[TutelaError], ...]] = (Invalid, Refused, Conflict, Unavailable)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Order:
    """What is to be opened: time, canonical JSON of whom the device trusts, key of the PDQ values, file."""

    now: datetime
    trust: bytes
    prints_key: bytes
    bundle: bytes


def read_message(read: Callable[[int], bytes], payload_max: int) -> tuple[int, bytes]:
    """(type, payload) of the next message; ``read(size)`` gives exactly that many bytes or raises.

    Raises ValueError for a payload longer than ``payload_max``.
    """
    kind, length = HEAD.unpack(read(HEAD.size))
    if length > payload_max:
        raise ValueError("a message longer than allowed")
    return kind, read(length)


def render_message(kind: int, payload: bytes) -> bytes:
    """A whole message."""
    return HEAD.pack(kind, len(payload)) + payload


def render_order(order: Order) -> bytes:
    """Payload of ``OPEN``."""
    microseconds = (order.now - _EPOCH) // timedelta(microseconds=1)
    parts = (order.trust, order.prints_key, order.bundle)
    return _OPEN.pack(microseconds, *map(len, parts)) + b"".join(parts)


def parse_order(payload: bytes) -> Order:
    """The order of a payload from the parent. Raises ValueError."""
    if len(payload) < _OPEN.size:
        raise ValueError("an order of a wrong length")
    microseconds, *sizes = _OPEN.unpack_from(payload)
    if len(payload) != _OPEN.size + sum(sizes):
        raise ValueError("an order of a wrong length")
    parts, at = [], _OPEN.size
    for size in sizes:
        parts.append(payload[at : at + size])
        at += size
    now = _EPOCH + timedelta(microseconds=microseconds)
    return Order(now=now, trust=parts[0], prints_key=parts[1], bundle=parts[2])


def render_question(digests: Digests, prints: NDArray[np.uint8]) -> bytes:
    """Payload of ``ASK``. Raises ValueError for digests or prints of a wrong shape."""
    asked = digests.by_kind()
    if any(len(digest) != DIGEST_BYTES[kind] for kind, digest in asked.items()):
        raise ValueError("a digest of a wrong length")
    if prints.dtype != np.uint8 or prints.ndim != 2 or prints.shape[1] != PRINT_BYTES:
        raise ValueError("prints are an array of N x 32 bytes")
    if len(prints) > PRINTS_MAX:
        raise ValueError(f"more than {PRINTS_MAX} prints in one question")
    flags = sum(1 << place for place, kind in enumerate(DIGEST_BYTES) if kind in asked)
    raw = b"".join(asked[kind] for kind in DIGEST_BYTES if kind in asked)
    return _ASK.pack(flags, len(prints)) + raw + prints.tobytes()


def parse_question(payload: bytes) -> tuple[dict[str, bytes], NDArray[np.uint8]]:
    """Digests by kind and prints (N, 32) of a payload from the parent. Raises ValueError."""
    if len(payload) < _ASK.size:
        raise ValueError("a question of a wrong length")
    flags, count = _ASK.unpack_from(payload)
    digests, at = {}, _ASK.size
    for place, (kind, size) in enumerate(DIGEST_BYTES.items()):
        if flags >> place & 1:
            digests[kind] = payload[at : at + size]
            at += size
    if flags >> len(DIGEST_BYTES) or len(payload) != at + count * PRINT_BYTES:
        raise ValueError("a question of a wrong length")
    prints = np.frombuffer(payload, np.uint8, offset=at) if count else np.empty(0, np.uint8)
    return digests, prints.reshape(-1, PRINT_BYTES)


def render_answer(met: Met) -> bytes:
    """Payload of ``ANSWER``."""
    return bytes([_MET.index(met)])


def parse_answer(untrusted_payload: bytes) -> Met:
    """The answer of a payload from the process. Raises ValueError."""
    if len(untrusted_payload) != 1 or untrusted_payload[0] >= len(_MET):
        raise ValueError("no answer")
    return _MET[untrusted_payload[0]]


def render_refusal(error: TutelaError) -> bytes:
    """Payload of ``REFUSED``: the number of the family, and the sentence."""
    number = next(place for place, family in enumerate(_FAMILIES) if isinstance(error, family))
    return bytes([number]) + error.message[:SENTENCE_MAX].encode()


def parse_refusal(untrusted_payload: bytes) -> TutelaError:
    """The refusal of a payload from the process. Raises ValueError."""
    if not untrusted_payload or untrusted_payload[0] >= len(_FAMILIES):
        raise ValueError("no refusal")
    sentence = untrusted_payload[1:].decode()
    if not 0 < len(sentence) <= SENTENCE_MAX or not sentence.isprintable():
        raise ValueError("a refusal without a sentence")
    return _FAMILIES[untrusted_payload[0]](sentence)
