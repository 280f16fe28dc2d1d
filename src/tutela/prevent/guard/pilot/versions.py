"""The mark that every count carries: the release of the guard, and which lists were loaded.

``0.1.0+3f9a01c``: what counts one hour with one list and the next with another has two marks, so that no
figure mixes them. The seven digits are of a SHA-256 over the lists' names and numbers, sorted; a clinic that
knows which lists it gives out knows the digits. Whoever makes ``person.counters.Counters`` passes it on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

#: Bytes that a record of counts has for the mark (``person.counters``).
MARK_BYTES = 16
_STRANGE = re.compile(r"[^0-9a-z.]", re.ASCII)
_MARK = re.compile(r"([0-9a-z.]{1,8})(?:\+([0-9a-f]{7}))?", re.ASCII)


def version_mark(release: str, lists: Iterable[tuple[str, int]]) -> str:
    """The mark of a release (its first eight signs) with these lists, each a name and a number."""
    short = _STRANGE.sub("", release.lower())[:8] or "0"
    text = "".join(sorted(f"{number} {name}\n" for name, number in lists))
    return f"{short}+{hashlib.sha256(text.encode()).hexdigest()[:7]}"


def parse_mark(untrusted_mark: str) -> tuple[str, str]:
    """Release and lists of a mark; no lists where it was counted without them. Raises ValueError."""
    found = _MARK.fullmatch(untrusted_mark)
    if found is None:
        raise ValueError("a mark is a release, a plus sign and seven digits")
    return found[1], found[2] or ""
