"""What a reporter wrote, as one text that is sealed: their words, then each detail under its name.

People read it as it stands, and ``parse_words`` takes it apart again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tutela.hotline.intake.untrusted import DETAILS

#: Stands before the details, on a line of its own.
MARK = "-- details --"
_DETAIL = re.compile(rf"({'|'.join(DETAILS)}): (.*)", re.DOTALL)


def render_words(text: str, details: Mapping[str, str]) -> str:
    """The text, and after a mark each detail, its further lines indented."""
    if not details:
        return text
    told = [f"{name}: " + details[name].replace("\n", "\n  ") for name in DETAILS if details.get(name)]
    return "\n".join([*([text] if text else []), MARK, *told])


def parse_words(words: str) -> tuple[str, dict[str, str]]:
    """Text and details of what ``render_words`` made. A mark that somebody typed is the last one's equal."""
    before, found, after = words.rpartition(MARK)
    if not found:
        return words, {}
    details: dict[str, str] = {}
    for part in re.split(r"\n(?!  )", after.strip("\n")):
        read = _DETAIL.fullmatch(part)
        if read:
            details[read[1]] = read[2].replace("\n  ", "\n")
    return (before.removesuffix("\n"), details) if details else (words, {})
