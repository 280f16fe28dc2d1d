"""The sentences of the letters: one file for each language, a whole letter in each.

Not gettext: a letter is read as a whole by somebody who knows the language and its law, the order of words
and of politeness differs, and a catalogue that lacks one sentence would mix languages in one letter. Here a
language is complete or it is not there (``test_texts.py``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template

#: The languages that are written (decisions.md section 8), each a file in ``sentences``.
LANGUAGES = ("en", "es", "pt", "fr", "de", "nl")
#: What is written where nobody wrote a language's letter.
FALLBACK = "en"


class Texts:
    """The sentences of one language, named ``table.name``."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self.sentences = dict(sentences)

    def say(self, name: str, **words: object) -> str:
        """The sentence with its words filled in. Raises KeyError for a sentence or a word that lacks."""
        return Template(self.sentences[name]).substitute(words)


def texts_for(language: str) -> Texts:
    """The sentences of a language tag such as ``pt-BR``; English where nobody wrote its language."""
    first = language.lower().partition("-")[0]
    return _texts(first if first in LANGUAGES else FALLBACK)


@cache
def _texts(language: str) -> Texts:
    path = files("tutela.share.notices").joinpath("sentences", f"{language}.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return Texts(
        language, {f"{table}.{name}": text for table, names in tables.items() for name, text in names.items()}
    )
