"""The two things that a device can say to the receiving server: here is a report, and take mine back.

A report: mark, token (32 bytes), SHA-256 of the secret for taking back (32), the sealed text. Taking back:
mark, token, that secret. The server learns a size in steps, a day and which token; it opens nothing.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field

from tutela.prevent.guard.person.sealing import ADDED_BYTES, seal, unseal
from tutela.prevent.guard.pilot.codes import TOKEN_BYTES
from tutela.prevent.guard.pilot.reports import REPORT_BYTES_MAX
from tutela.prevent.guard.pilot.state import RETRACTION_BYTES

#: What the bytes begin with.
REPORT, BACK = b"TPR1", b"TPB1"
#: A sealed report's size is a multiple of this, beside what sealing adds.
STEP_BYTES = 16 * 1024
_LENGTH = struct.Struct(">I")
_HEAD = struct.Struct(f">4s{TOKEN_BYTES}s{RETRACTION_BYTES}s")
#: Bytes of the longest that is taken.
FRAME_BYTES_MAX = _HEAD.size + REPORT_BYTES_MAX + STEP_BYTES + ADDED_BYTES


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What came. ``back``: the secret for taking back, or its SHA-256 where this is a report."""

    token: bytes = field(repr=False)
    back: bytes = field(repr=False)
    sealed: bytes = field(repr=False, default=b"")

    @property
    def takes_back(self) -> bool:
        """Whether it asks for what was sent to be taken back."""
        return not self.sealed

    @property
    def mark(self) -> str:
        """What reports that belong together carry: SHA-256 of the secret, in hexadecimal digits."""
        return hashlib.sha256(self.back).hexdigest() if self.takes_back else self.back.hex()


def report_frame(report: bytes, *, token: bytes, retraction: bytes, study: str, opens: bytes) -> bytes:
    """The bytes that go for this report, sealed to the study's key."""
    framed = _LENGTH.pack(len(report)) + report
    sealed = seal(framed + bytes(-len(framed) % STEP_BYTES), opens, what=_what(study))
    return _HEAD.pack(REPORT, token, hashlib.sha256(retraction).digest()) + sealed


def back_frame(*, token: bytes, retraction: bytes) -> bytes:
    """The bytes that ask for everything to be taken back."""
    return _HEAD.pack(BACK, token, retraction)


def parse_frame(untrusted_bytes: bytes) -> Frame:
    """What these bytes say. Raises ValueError."""
    if not _HEAD.size <= len(untrusted_bytes) <= FRAME_BYTES_MAX:
        raise ValueError("this is no report")
    mark, token, back = _HEAD.unpack_from(untrusted_bytes)
    sealed = untrusted_bytes[_HEAD.size :]
    fits = (len(sealed) - ADDED_BYTES) % STEP_BYTES == 0 and len(sealed) > ADDED_BYTES
    if not ((mark == REPORT and fits) or (mark == BACK and not sealed)):
        raise ValueError("this is no report, and no wish to take one back")
    return Frame(token=token, back=back, sealed=sealed)


def open_frame(frame: Frame, *, study: str, private: bytes) -> bytes:
    """The report that the person saw, byte for byte. Raises ValueError."""
    plain = unseal(frame.sealed, private, what=_what(study))
    (length,) = _LENGTH.unpack_from(plain)
    if length > len(plain) - _LENGTH.size:
        raise ValueError("the report is cut off")
    return plain[_LENGTH.size : _LENGTH.size + length]


def _what(study: str) -> bytes:
    return f"tutela pilot report 1\n{study}".encode()
