"""HMA's numbers of bank contents and our ids of list entries: each leads to the other without a table.

HMA answers with whole numbers, our entries have text ids. An entry that came from HMA, or was made through
its shape, carries its number in its id (``hma-1234``). Any other entry has a number computed from list and
id. Both survive restarts and are the same on every replica, since nothing but names goes in.
"""

from __future__ import annotations

import hashlib
import re
import secrets

#: Before the number in ids of entries that came through HMA's shape.
PREFIX = "hma-"
#: Numbers are whole in JavaScript up to 2^53 (ECMA-262, Number.MAX_SAFE_INTEGER); Coop is written in it.
_TOP = 1 << 53
#: From here on a number is computed from names; below it stands in the id.
_COMPUTED = 1 << 52
#: HMA's own numbers are 32-bit (its column ``bank_content.id``); those drawn here begin far above.
_DRAWN = 1 << 40
_NUMBERED = re.compile(r"hma-(0|[1-9][0-9]{0,15})", re.ASCII)


def content_id(list_name: str, entry: str) -> int:
    """The number of an entry, 0 to 2^53 - 1."""
    match = _NUMBERED.fullmatch(entry)
    number = int(match.group(1)) if match else _COMPUTED
    return number if number < _COMPUTED else computed_id(list_name, entry)


def computed_id(list_name: str, entry: str) -> int:
    """The number of an entry that carries none: 52 bits of BLAKE2b over both names, 2^52 to 2^53 - 1.

    In a million entries the chance that two share a number is one in 9,000 (birthday bound).
    """
    digest = hashlib.blake2b(f"{list_name}\0{entry}".encode(), digest_size=8, person=b"tutela-hma").digest()
    return _COMPUTED + int.from_bytes(digest, "big") % _COMPUTED


def carried_entry(number: int) -> str:
    """The id of the entry that carries this number, or "" when such a number is computed."""
    return f"{PREFIX}{number}" if 0 <= number < _COMPUTED else ""


def parse_content_id(untrusted_text: str) -> int:
    """The number a path names. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,16}", untrusted_text, re.ASCII) or int(untrusted_text) >= _TOP:
        raise ValueError("a content id is a whole number below 2^53")
    return int(untrusted_text)


def new_content_id() -> int:
    """A fresh number for an entry that is made through HMA's shape: random, 2^40 to 2^52 - 1."""
    return _DRAWN + secrets.randbelow(_COMPUTED - _DRAWN)
