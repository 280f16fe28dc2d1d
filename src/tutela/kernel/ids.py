"""Identifiers that are safe to show: a prefix that says what it is, and 160 random bits.

Database keys, counters and hash values never serve as identifiers (decisions.md section 8).
"""

from __future__ import annotations

import re
import secrets

#: Crockford base32, lower case: no I, L, O, U, so it survives reading aloud (crockford.com/base32.html).
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
#: 32 characters of 5 bits = 160 bits (decisions.md section 8).
RANDOM_CHARACTERS = 32

_PREFIX = re.compile(r"[a-z]{3}_")
_IDENTIFIER = re.compile(rf"[a-z]{{3}}_[{ALPHABET}]{{{RANDOM_CHARACTERS}}}")


def new_id(prefix: str) -> str:
    """A new identifier such as ``ent_7m3w...`` (36 characters) from the system's random source.

    ``prefix`` is three lower-case letters and an underscore: ``lst_ ent_ itm_ ...``.
    Raises ValueError for any other prefix.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("an id prefix is three lower-case letters and an underscore, for example ent_")
    bits = secrets.randbits(5 * RANDOM_CHARACTERS)
    return prefix + "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(RANDOM_CHARACTERS))


def is_id(text: str) -> bool:
    """True when ``text`` has the shape that ``new_id`` gives."""
    return _IDENTIFIER.fullmatch(text) is not None
