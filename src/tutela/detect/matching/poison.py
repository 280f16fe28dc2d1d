"""Values no list may match with, because everybody has such a file: the empty file, blank pictures.

Source: standards/12 section 12.5. The values stand in ``poison.toml``, each group with its source.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

#: Kinds that have such values.
KINDS = ("md5", "sha1", "sha256", "pdq")


@cache
def poison_values() -> dict[str, frozenset[bytes]]:
    """Raw values by kind."""
    text = (files("tutela.detect.matching") / "poison.toml").read_text("utf-8")
    groups = tomllib.loads(text)["groups"]
    return {
        kind: frozenset(bytes.fromhex(value) for group in groups for value in group.get(kind, ()))
        for kind in KINDS
    }


def is_poison(kind: str, value: bytes) -> bool:
    """True for a value that must be kept out of matching."""
    return value in poison_values().get(kind, frozenset())
