"""The code that a clinic gives to a person, and what follows from it. Only the clinic knows who has which.

Three values are made of it, none of which leads back: the person's number in the study, the token by which
the receiving server admits a report, and the key by which the clinic sees that a report was made with the
code and not by whoever runs the server.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tutela.kernel.errors import Invalid
from tutela.prevent.guard.pilot import spelling

#: Bytes of the token by which the receiving server knows who may send.
TOKEN_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """One code of the study of this name. ``repr`` does not show it."""

    value: int = field(repr=False)
    study: str

    @property
    def text(self) -> str:
        """As it is printed."""
        return spelling.spell(self.value)

    @property
    def person(self) -> str:
        """The person in the study's rows: 16 hexadecimal digits."""
        return self._made("person")[:8].hex()

    @property
    def token(self) -> bytes:
        """What the device shows to the receiving server."""
        return self._made("token")

    @property
    def key(self) -> bytes:
        """What reports are authenticated with (HMAC-SHA-256)."""
        return self._made("key")

    def _made(self, what: str) -> bytes:
        text = f"tutela pilot {what} 1\n{self.study}"
        return hmac.digest(self.value.to_bytes(12, "big"), text.encode(), "sha256")


def admitted(token: bytes) -> str:
    """What the receiving server keeps of a token: SHA-256, so that its file admits nobody."""
    return hashlib.sha256(token).hexdigest()


def new_code(study: str, random_bits: Callable[[int], int] = secrets.randbits) -> Code:
    """A new code."""
    return Code(value=spelling.new_value(random_bits), study=study)


def read_code(untrusted_text: str, study: str) -> Code:
    """The code that was typed. Raises Invalid."""
    try:
        return Code(value=spelling.read(untrusted_text), study=study)
    except ValueError as error:
        raise Invalid(str(error), field="code") from error


def fingerprint(public_key: bytes) -> str:
    """The clinic's signing key as it stands on the card beside the code: 95 bits of its SHA-256, spelled."""
    number = int.from_bytes(hashlib.sha256(b"tutela pilot clinic 1\n" + public_key).digest(), "big")
    return spelling.spell(number >> 256 - spelling.VALUE_BITS)


def check_fingerprint(untrusted_text: str, public_key: bytes) -> None:
    """Return where the card names this key. Raises Invalid for a slip, and for another key."""
    try:
        told = spelling.read(untrusted_text)
    except ValueError as error:
        raise Invalid(str(error), field="clinic") from error
    if spelling.spell(told) != fingerprint(public_key):
        raise Invalid("this study file is not signed by the clinic on your card", field="clinic")
