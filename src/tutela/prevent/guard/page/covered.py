"""The table of what is covered, in the language of the reader as far as somebody wrote it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tutela.prevent.guard.person.words import FALLBACK, Words
from tutela.prevent.guard.proxy.coverage import ROUTES


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A text and the language that it is in."""

    text: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One way on which a picture can come: its name, what is claimed, how or why not."""

    name: Said
    claim: str
    how: Said


def rows(words: Words) -> tuple[Row, ...]:
    """Every way, in the order of the network path's table."""
    return tuple(
        Row(
            name=said_of(one.name, words.language),
            claim=words.say("shown." + one.claim.replace(" ", "_")),
            how=said_of(one.how, words.language),
        )
        for one in ROUTES
    )


def said_of(english: str, language: str) -> Said:
    """A text of the table; in English where nobody wrote it in this language."""
    written = texts()
    if language == FALLBACK or english in written["same"]:
        return Said(text=english, language=language)
    said = written["texts"].get(english, {}).get(language)
    return Said(text=said, language=language) if said else Said(text=english, language=FALLBACK)


@cache
def texts() -> Mapping[str, Any]:
    """What is written of the table in other languages."""
    return tomllib.loads(files(__package__).joinpath("routes.toml").read_text(encoding="utf-8"))
