"""Text of others on one line: a name as it may be shown and written into a letter.

What a registry tells is written by whoever holds the number or the name, so it may hold line breaks, marks
that turn the direction of writing, or a page of orders to whoever reads it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

#: Characters of a name that are kept (our own: the longest name of an organisation that we saw has 90).
NAME_CHARACTERS_MAX = 120
#: Control and format characters, surrogates, private use, unassigned, line and paragraph separators
#: (Unicode section 4.5).
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_SPACES = re.compile(r"\s+")


def one_line(untrusted: Any, *, characters_max: int = NAME_CHARACTERS_MAX) -> str:
    """The text on one line without control and format characters, cut; empty for anything but a text."""
    if not isinstance(untrusted, str):
        return ""
    kept = (
        " " if unicodedata.category(letter) in _DROPPED else letter
        for letter in untrusted[: 4 * characters_max]
    )
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(kept))).strip()[:characters_max].rstrip()
