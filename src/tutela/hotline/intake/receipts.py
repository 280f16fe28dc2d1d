"""Receipts: seven words that only the reporter keeps; here stands a slow digest of them.

Argon2id (RFC 9106) with one salt for all, since a report is found by its receipt alone. With 90 random bits
there is nothing to compute in advance, and no key that could be lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from argon2.low_level import Type, hash_secret_raw

from tutela.kernel.ids import is_id, new_receipt, receipt_from, receipt_letters

#: Passes, kibibytes, lanes: OWASP's password storage cheat sheet, Argon2id, 19 MiB and 2 passes. Some 30 ms.
PASSES, MEMORY_KIB, LANES = 2, 19_456, 1
#: Bytes of the digest.
DIGEST_BYTES = 32
#: Changing it would make every receipt worthless.
_SALT = b"tutela receipt 1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What the reporter is shown, once: the words. ``digest`` is what is kept."""

    words: str = field(repr=False)
    digest: str = field(repr=False)


def build_receipt() -> Receipt:
    """A new receipt with its digest; takes some 30 ms."""
    words = new_receipt()
    return Receipt(words=words, digest=digest_of(words))


def receipt_for(untrusted_ticket: str, written: bytes) -> Receipt:
    """The receipt of what was written on the form that carries the ticket: sent twice, it is the same one.

    The ticket's random name is known to the reporter's browser alone. Without one the receipt is a new one.
    """
    name = untrusted_ticket.partition(".")[0]
    if not is_id(name):
        return build_receipt()
    return receipt_of(name.encode("ascii") + b"\x00" + written)


def receipt_of(seed: bytes) -> Receipt:
    """The receipt that belongs to a seed, which nobody but its owner can guess."""
    words = receipt_from(seed)
    return Receipt(words=words, digest=digest_of(words))


def digest_of(untrusted_receipt: str) -> str:
    """The digest in hex of what was typed as a receipt, however it was written; as slow for a wrong one.

    Raises ValueError for too much text.
    """
    letters = receipt_letters(untrusted_receipt).encode("ascii")
    return hash_secret_raw(letters, _SALT, PASSES, MEMORY_KIB, LANES, DIGEST_BYTES, Type.ID).hex()
