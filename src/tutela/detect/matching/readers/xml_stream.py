"""Foreign XML as a stream of small trees, by expat itself: no document type, no entity, no outside file.

The same refusals as defusedxml, without building a tree of the whole file; entity expansion cannot
happen because a DOCTYPE already ends the reading (threat model ST-05).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NoReturn
from xml.parsers import expat

#: Depth, elements and text of one record; a real one has about ten levels and a hundred elements.
DEPTH_MAX = 32
RECORD_ELEMENTS_MAX = 20_000
RECORD_CHARACTERS_MAX = 1 << 22
_CHUNK_BYTES = 1 << 16
_SEPARATOR = "\x1f"


@dataclass(kw_only=True, slots=True)
class Node:
    """One element without its namespace: local name, attributes, text before the first child, children.

    ``line`` is where it begins, counted from 1.
    """

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def child_text(self, name: str) -> str:
        """Stripped text of the first child with this name, or ""."""
        return next((child.text.strip() for child in self.children if child.name == name), "")

    def child(self, name: str) -> Node | None:
        """The first child with this name."""
        return next((child for child in self.children if child.name == name), None)


def records(file: BinaryIO, *, root: str, wanted: Collection[str]) -> Iterator[Node]:
    """Each element whose name is in ``wanted``, whole, as soon as it ends; the rest is not kept.

    Raises ValueError with the line for XML that is broken, has a DOCTYPE, is too deep or has another root.
    """
    builder = _Builder(root, wanted)
    while True:
        chunk = file.read(_CHUNK_BYTES)
        try:
            builder.parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise ValueError(f"line {error.lineno}: not well-formed XML") from error
        yield from builder.finished
        builder.finished.clear()
        if not chunk:
            return


class _Builder:
    """Collects the wanted subtrees while expat reports elements."""

    def __init__(self, root: str, wanted: Collection[str]) -> None:
        self._root, self._wanted = root, wanted
        self._depth = self._elements = self._characters = 0
        self._open: list[Node] = []
        self.finished: list[Node] = []
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_: object) -> NoReturn:
        self._fail("a document type or entity is not allowed in a list")

    def _fail(self, reason: str) -> NoReturn:
        raise ValueError(f"line {self.parser.CurrentLineNumber}: {reason}")

    def _start(self, untrusted_name: str, untrusted_attributes: dict[str, str]) -> None:
        name = untrusted_name.rpartition(_SEPARATOR)[2]
        self._depth += 1
        if self._depth > DEPTH_MAX:
            self._fail(f"more than {DEPTH_MAX} elements inside one another")
        if self._depth == 1 and name != self._root:
            self._fail(f"the first element is not {self._root}")
        if not self._open and name not in self._wanted:
            return
        self._elements = self._elements + 1 if self._open else 1
        if self._elements > RECORD_ELEMENTS_MAX:
            self._fail(f"more than {RECORD_ELEMENTS_MAX} elements in one record")
        attributes = {key.rpartition(_SEPARATOR)[2]: value for key, value in untrusted_attributes.items()}
        node = Node(name=name, line=self.parser.CurrentLineNumber, attributes=attributes)
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def _text(self, untrusted_text: str) -> None:
        if not self._open:
            return
        self._characters += len(untrusted_text)
        if self._characters > RECORD_CHARACTERS_MAX:
            self._fail(f"more than {RECORD_CHARACTERS_MAX} characters in one record")
        self._open[-1].text += untrusted_text

    def _end(self, _: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        node = self._open.pop()
        if not self._open:
            self._characters = 0
            self.finished.append(node)
