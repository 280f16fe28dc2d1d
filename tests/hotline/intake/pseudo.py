"""A language that nobody speaks, from right to left: what is not translated stands out on its pages."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Head of its catalogue.
RTL = "Content-Type: text/plain; charset=UTF-8\nLanguage: qps-rtl\n"
#: Letters of English -> letters of Hebrew; only their direction counts.
_LETTERS = {ord(a): chr(0x5D0 + place % 22) for place, a in enumerate("abcdefghijklmnopqrstuvwxyz")}
_KEPT = re.compile(r"(%\(\w+\)s|{\w+}|<[^>]+>)")


def pseudo(sentence: str) -> str:
    """The sentence in letters from right to left; what is filled in and marked up stays."""
    parts = _KEPT.split(sentence)
    return "".join(part if _KEPT.fullmatch(part) else part.lower().translate(_LETTERS) for part in parts)


class _Seen(HTMLParser):
    """Collects what people read: no names of bodies and languages, no words of a word list, no code."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"meta", "link", "input", "br"}:
            return
        named = dict(attrs)
        own = "lang" in named and tag != "html"
        data = own or tag in {"textarea", "option"} or (named.get("href") or "").startswith("https:")
        self._hidden.append(data or (bool(self._hidden) and self._hidden[-1]))
        self.words += [str(named[name]) for name in ("aria-label", "title", "alt") if named.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._hidden and self._hidden[-1]):
            self.words.append(data.strip())


def seen_words(page: str) -> list[str]:
    """The pieces of text that a reader of the page meets, but for names."""
    reader = _Seen()
    reader.feed(page.replace("<!doctype html>", ""))
    names = re.compile(r"(IWF|Report Remove|Childline|Offlimits|NCMEC|Stop it Now|Pseudo)")
    return [one for one in reader.words if not names.search(one)]
