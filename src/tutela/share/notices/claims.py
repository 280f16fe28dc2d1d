"""What an answer claims, by the words of six languages. Never believed: a claim makes a machine look now."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, cast

#: What people write (``claims.toml``), and what programs say of themselves.
Said = Literal["removed", "refused", "not_ours", "forwarded", "more_asked", "received"]
Claim = Said | Literal["automatic", "complaint", "undelivered"]
#: What begins a line that quotes somebody else (RFC 3676 section 4.5, and what clients add).
_QUOTED = (">", "|", "&gt;")


def claims_in(untrusted_text: str) -> frozenset[Said]:
    """Every claim whose words stand in the text, quoted lines left out."""
    own = (line for line in untrusted_text.splitlines() if not line.lstrip().startswith(_QUOTED))
    text = " ".join(" ".join(own).casefold().replace("\u2019", "'").split())
    return frozenset(claim for claim, words in phrases().items() if any(word in text for word in words))


@cache
def phrases() -> dict[Said, tuple[str, ...]]:
    """The words of each claim, all languages together, ready to be compared."""
    read = tomllib.loads(files("tutela.share.notices").joinpath("claims.toml").read_text(encoding="utf-8"))
    return {
        cast(Said, claim): tuple(word.casefold() for words in languages.values() for word in words)
        for claim, languages in read.items()
    }
