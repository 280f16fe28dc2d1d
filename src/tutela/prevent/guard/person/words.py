"""What the guard says to the person: one file in ``sentences`` for each language, whole.

A language is complete or it is not there (``test_words.py``). Short sentences, no blame, no threat; in
English at most the reading of an eighth school year.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template

#: The languages that are written (decisions.md section 8).
LANGUAGES = ("en", "es", "pt", "fr", "de", "nl")
#: What is said where nobody wrote a language.
FALLBACK = "en"


class Words:
    """The sentences of one language, named ``table.name``."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self.sentences = dict(sentences)

    def say(self, name: str, /, **words: object) -> str:
        """The sentence with its words filled in. Raises KeyError for a sentence or a word that lacks."""
        return Template(self.sentences[name]).substitute(words)


def words_for(language: str) -> Words:
    """The sentences of a language tag such as ``pt-BR``; English where nobody wrote its language."""
    first = language.lower().replace("_", "-").partition("-")[0]
    return _words(first if first in LANGUAGES else FALLBACK)


@cache
def _words(language: str) -> Words:
    text = (
        files("tutela.prevent.guard.person")
        .joinpath("sentences", f"{language}.toml")
        .read_text(encoding="utf-8")
    )
    return Words(
        language,
        {
            f"{table}.{name}": said
            for table, names in tomllib.loads(text).items()
            for name, said in names.items()
        },
    )
