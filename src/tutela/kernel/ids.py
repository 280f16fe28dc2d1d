"""Identifiers that are safe to show: a prefix that says what it is, and 160 random bits.

Database keys, counters and hash values never serve as identifiers (decisions.md section 8).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import cache

#: Crockford base32, lower case: no I, L, O, U, so it survives reading aloud (crockford.com/base32.html).
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
#: 32 characters of 5 bits = 160 bits (decisions.md section 8).
RANDOM_CHARACTERS = 32
#: Words of a receipt: 7 of 7,776 are 90 bits (decisions.md section 8).
RECEIPT_WORDS = 7
#: Characters of the longest text that may be a receipt: 7 words of at most 9, and what people put between.
RECEIPT_CHARACTERS_MAX = 200

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


def new_receipt() -> str:
    """Seven words such as ``unicorn gravel ...`` (90 bits) from the system's random source.

    They are read aloud, typed by hand, and the same in every language.
    """
    words = receipt_words()
    return " ".join(secrets.choice(words) for _ in range(RECEIPT_WORDS))


def receipt_from(seed: bytes) -> str:
    """The seven words that belong to ``seed`` (160 random bits and what was written): always the same.

    SHA-512 gives 512 bits, of which 90 are used: no receipt is likelier than another one.
    """
    words = receipt_words()
    number = int.from_bytes(hashlib.sha512(b"tutela receipt\x00" + seed).digest(), "big")
    picked = []
    for _ in range(RECEIPT_WORDS):
        number, place = divmod(number, len(words))
        picked.append(words[place])
    return " ".join(picked)


def receipt_letters(untrusted_text: str) -> str:
    """The letters of what somebody typed as a receipt, without case, spaces, hyphens, digits and commas.

    Every way of writing a receipt down has the same letters. Raises ValueError for too much text.
    """
    if len(untrusted_text) > RECEIPT_CHARACTERS_MAX:
        raise ValueError("a receipt is seven words")
    return "".join(letter for letter in untrusted_text.lower() if "a" <= letter <= "z")


@cache
def receipt_words() -> tuple[str, ...]:
    """The large word list of the Electronic Frontier Foundation, 7,776 words, as published in July 2016.

    Licence: CC BY 3.0 US. ``wordlists/eff_large.txt`` is byte for byte eff_large_wordlist.txt of
    eff.org/dice.
    """
    from importlib.resources import files

    text = files("tutela.kernel").joinpath("wordlists", "eff_large.txt").read_text(encoding="ascii")
    return tuple(line.split("\t")[1] for line in text.splitlines())
