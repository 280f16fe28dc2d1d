"""Tickets of forms: signed, with the moment in which the form was given out. Nothing of the reader.

A ticket says which form was sent, so that one that is sent twice is one report, and how long somebody waited.
The key lives as long as the process: after a restart an old ticket counts as none, and the reader waits once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

from tutela.kernel.ids import is_id, new_id

#: Bytes of the key that signs (RFC 2104 section 3: the length of the digest).
KEY_BYTES = 32
#: Hexadecimal characters of the signature: 128 bits.
SIGNATURE_CHARACTERS = 32
#: Characters of the longest ticket: name, milliseconds, signature.
TICKET_CHARACTERS_MAX = 96
#: Leading zero bits that a browser with JavaScript looks for: some 260,000 tries, about a second (our own).
PUZZLE_BITS = 18


class Tickets:
    """Gives out tickets and reads them again. ``now`` is the monotonic clock, in seconds."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._key = secrets.token_bytes(KEY_BYTES)
        self._now = now

    def issue(self) -> str:
        """A new ticket: ``tkt_...``, milliseconds, signature."""
        said = f"{new_id('tkt_')}.{int(self._now() * 1_000)}"
        return f"{said}.{self._signature(said)}"

    def age_seconds(self, untrusted_ticket: str) -> float | None:
        """Seconds since the ticket was given out, or None where it is none of ours."""
        said, _, signature = untrusted_ticket[:TICKET_CHARACTERS_MAX].rpartition(".")
        name, _, made = said.partition(".")
        if not is_id(name) or not made.isascii() or not made.isdecimal():
            return None
        if not hmac.compare_digest(self._signature(said).encode(), signature.encode("utf-8", "replace")):
            return None
        return self._now() - int(made) / 1_000

    def _signature(self, said: str) -> str:
        return hmac.new(self._key, said.encode("ascii"), hashlib.sha256).hexdigest()[:SIGNATURE_CHARACTERS]


def is_solved(ticket: str, untrusted_number: str, *, bits: int = PUZZLE_BITS) -> bool:
    """True where SHA-256 of ``ticket:number`` begins with so many zero bits (``assets/waiting.js``)."""
    if not untrusted_number.isascii() or not untrusted_number.isdecimal() or len(untrusted_number) > 12:
        return False
    digest = hashlib.sha256(f"{ticket}:{untrusted_number}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0
