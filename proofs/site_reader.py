"""A page of the public's site as somebody without JavaScript meets it: texts, forms, links, direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Elements without an end.
_VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "wbr"})
#: Attributes that are read aloud or shown.
_SPOKEN = ("aria-label", "title", "alt", "placeholder")
#: Elements whose text is data: what somebody typed, names of countries.
_DATA = frozenset({"textarea", "option"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """One page. ``texts``: what people read, in order, without names of bodies and languages, and without
    data. ``fields``: form, name, type and what must be filled in, of each field. ``shape``: its elements.
    """

    language: str
    direction: str
    title: str
    texts: tuple[str, ...]
    options: tuple[str, ...]
    fields: tuple[tuple[str, ...], ...]
    links: tuple[str, ...]
    shape: tuple[str, ...]
    scripts: int
    values: Mapping[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects all of it in one pass."""

    def __init__(self) -> None:
        super().__init__()
        self.root: dict[str, str] = {}
        self.texts: list[str] = []
        self.options: list[str] = []
        self.titles: list[str] = []
        self.fields: list[tuple[str, ...]] = []
        self.links: list[str] = []
        self.shape: list[str] = []
        self.values: dict[str, str] = {}
        self.scripts = 0
        self._open: list[tuple[str, bool]] = []
        self._form = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element; from here on its text is data where it is one of another language."""
        named = {name: text or "" for name, text in attrs}
        if tag == "html":
            self.root = named
        self._note(tag, named)
        self.texts += [named[name] for name in _SPOKEN if named.get(name)]
        if tag in _VOID:
            return
        foreign = ("lang" in named and tag != "html") or named.get("href", "").startswith("https:")
        is_data = foreign or tag in _DATA or bool(self._open and self._open[-1][1])
        self._open.append((tag, is_data))

    def _note(self, tag: str, named: dict[str, str]) -> None:
        if tag != "option":
            self.shape.append(tag)
        self.scripts += tag == "script"
        if tag == "form":
            self._form = f"{named.get('method', 'get')} {named.get('action', '')}".split("?")[0]
        if tag in {"input", "textarea", "select", "button"} and named.get("name"):
            facts = (named["name"], tag, named.get("type", ""), "required" if "required" in named else "")
            choice = named.get("value", "") if named.get("type") == "radio" or tag == "button" else ""
            self.fields.append((self._form, *facts, choice))
            self.values.setdefault(named["name"], named.get("value", ""))
        if tag == "a" and "href" in named:
            self.links.append(named["href"])

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        while self._open:
            closed, _ = self._open.pop()
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        """Note what is read, and apart from it what is data."""
        said = " ".join(data.split())
        if not said or not self._open:
            return
        tag, is_data = self._open[-1]
        if tag == "option":
            self.options.append(said)
        elif tag == "title":
            self.titles.append(said)
        if not is_data:
            self.texts.append(said)


def read_page(html: str) -> Read:
    """The page of this HTML."""
    reader = _Reader()
    reader.feed(html)
    return Read(
        language=reader.root.get("lang", ""),
        direction=reader.root.get("dir", ""),
        title=" ".join(reader.titles),
        texts=tuple(reader.texts),
        options=tuple(reader.options),
        fields=tuple(reader.fields),
        links=tuple(reader.links),
        shape=tuple(reader.shape),
        scripts=reader.scripts,
        values=reader.values,
    )
