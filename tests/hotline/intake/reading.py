"""How many school years a text asks for: Flesch and Kincaid's grade (NTIS AD-A006 655, 1975)."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOWELS = re.compile(r"[aeiouy]+")
_BREAKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "label",
    "legend",
    "summary",
    "button",
    "dt",
    "dd",
    "span",
    "strong",
    "a",
}


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in {"select", "textarea", "title", "aside", "footer", "header"}

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in {"select", "textarea", "title", "aside", "footer", "header"}
        self.text += ". " if tag in _BREAKS else ""

    def handle_data(self, data: str) -> None:
        self.text += "" if self._skipped else data


def syllables(word: str) -> int:
    """Syllables of an English word, counted as groups of vowels without a silent e."""
    plain = word.lower()
    found = len(_VOWELS.findall(plain))
    silent = plain.endswith("e") and not plain.endswith(("le", "ee")) and found > 1
    silent = silent or (plain.endswith("ed") and not plain.endswith(("ted", "ded")) and found > 1)
    return max(1, found - silent)


def grade(page: str) -> float:
    """The grade of what the middle of a page says: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    reader = _Texts()
    reader.feed(page)
    sentences = [re.findall(r"[A-Za-z']+", one) for one in re.split(r"[.!?:;]+", reader.text)]
    counted = [one for one in sentences if len(one) > 1]
    words = [word for one in counted for word in one]
    return 0.39 * len(words) / len(counted) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
