"""Signs of a page's visible text, by which a later look sees whether it is still the same page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from typing import Final

#: Words that make up the signs; our own: a page that people read has fewer, and time is bounded.
WORDS_MAX: Final = 50_000
#: Bytes of the hash of a pair of words: 64 bits (Charikar 2002; Manku, Jain, Das Sarma 2007).
_HASH_BYTES: Final = 8
_WORD: Final = re.compile(r"\w+")
#: Categories that a title does not keep: controls, direction marks, surrogates, private use, unassigned.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def folded(untrusted_text: str) -> str:
    """The text with every run of blanks as one, none at its ends."""
    return " ".join(untrusted_text.split())


def printable(untrusted_text: str, characters_max: int) -> str:
    """The beginning of a text on one line, without anything that is not seen or turns its direction."""
    head = folded(untrusted_text[: 8 * characters_max])
    kept = "".join(char for char in head if unicodedata.category(char) not in _UNSEEN)
    return folded(kept)[:characters_max].rstrip()


def simhash(folded_text: str) -> int:
    """64 bits in which similar texts differ in few: of the pairs of words; 0 where there is none."""
    words = [found.group() for found in _WORD.finditer(folded_text.casefold()[: 20 * WORDS_MAX])][:WORDS_MAX]
    pairs = [f"{one} {two}" for one, two in pairwise(words)] or words
    hashes = b"".join(
        hashlib.blake2b(pair.encode("utf-8", "replace"), digest_size=8).digest() for pair in pairs
    )
    value = 0
    for place in range(_HASH_BYTES):
        counts = Counter(hashes[place::_HASH_BYTES])
        for bit in range(8):
            ones = sum(count for byte, count in counts.items() if byte >> bit & 1)
            value |= (2 * ones > len(pairs)) << (8 * place + bit)
    return value
