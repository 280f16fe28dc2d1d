"""The part of Structured Field Values (RFC 9651) that signatures and digests use: dictionaries, in and out.

A member is a byte sequence or an inner list of strings; both may have parameters. Decimals, dates and display
strings are refused: no field here has them. So is a key that stands twice, though the RFC lets the last win.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.kernel.custody.notes import exact

#: Characters of the longest field that is read (our own: a signature's input has some 400).
FIELD_CHARACTERS_MAX = 8_192
#: Largest and smallest integer (RFC 9651 section 3.3.1).
INTEGER_MAX = 999_999_999_999_999
_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*", re.ASCII)
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*", re.ASCII)
_STRING = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"', re.ASCII)
_BYTES = re.compile(r":([A-Za-z0-9+/]*={0,2}):", re.ASCII)


class Token(str):
    """A word without quotation marks."""

    __slots__ = ()


Bare = int | str | bytes | bool
Parameters = Mapping[str, Bare]


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A value with its parameters."""

    value: Bare
    parameters: Parameters = field(default_factory=dict)

    def __str__(self) -> str:
        return _bare(self.value) + _parameters(self.parameters)


@dataclass(frozen=True, kw_only=True, slots=True)
class InnerList:
    """Items in parentheses, with parameters of the whole."""

    items: tuple[Item, ...]
    parameters: Parameters = field(default_factory=dict)

    def __str__(self) -> str:
        return f"({' '.join(str(one) for one in self.items)})" + _parameters(self.parameters)


Member = Item | InnerList


def render_dictionary(members: Mapping[str, Member]) -> str:
    """The field's value for these members, in their order. Raises ValueError for what no field can hold."""
    return ", ".join(_keyed(key, one) for key, one in members.items())


def _keyed(key: str, member: Member) -> str:
    return f"{_checked_key(key)}={member}"


def _parameters(parameters: Parameters) -> str:
    return "".join(
        f";{_checked_key(key)}" + ("" if value is True else f"={_bare(value)}")
        for key, value in parameters.items()
    )


def _checked_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("a key of a structured field is of a-z, 0-9, and _ - . *")
    return key


def _bare(value: Bare) -> str:
    if isinstance(value, bool):
        return "?1" if value else "?0"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, bytes):
        return f":{base64.b64encode(value).decode('ascii')}:"
    if isinstance(value, Token):
        return str(value)
    return _string(value)


def _integer(value: int) -> str:
    if abs(value) > INTEGER_MAX:
        raise ValueError("an integer of a structured field has at most 15 digits")
    return str(value)


def _string(value: str) -> str:
    if not all(0x20 <= ord(sign) < 0x7F for sign in value):
        raise ValueError("a string of a structured field is of visible ASCII and spaces")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def parse_dictionary(untrusted_text: str) -> dict[str, Member]:
    """The members of a dictionary field, in their order. Raises ValueError."""
    if len(untrusted_text) > FIELD_CHARACTERS_MAX:
        raise ValueError(f"a field has at most {FIELD_CHARACTERS_MAX} characters")
    return _Reader(untrusted_text.strip(" ")).dictionary()


class _Reader:
    """Reads from left to right; ``_rest`` is what is left."""

    def __init__(self, text: str) -> None:
        self._rest = text

    def dictionary(self) -> dict[str, Member]:
        members: dict[str, Member] = {}
        while self._rest:
            key = self._match(_KEY, "a key")
            if key in members:
                raise ValueError(f"the key {key} stands twice")
            members[key] = self._member()
            self._skip(" \t")
            if not self._rest:
                break
            self._take(",")
            self._skip(" \t")
            if not self._rest:
                raise ValueError("a comma stands at the end")
        return members

    def _member(self) -> Member:
        if not self._rest.startswith("="):
            return Item(value=True, parameters=self._parameters())
        self._take("=")
        return self._inner_list() if self._rest.startswith("(") else self._item()

    def _inner_list(self) -> InnerList:
        self._take("(")
        items: list[Item] = []
        while True:
            self._skip(" ")
            if self._rest.startswith(")"):
                self._take(")")
                return InnerList(items=tuple(items), parameters=self._parameters())
            items.append(self._item())
            if self._rest[:1] not in (" ", ")"):
                raise ValueError("a list in parentheses is cut off, or lacks a space")

    def _item(self) -> Item:
        return Item(value=self._value(), parameters=self._parameters())

    def _parameters(self) -> dict[str, Bare]:
        found: dict[str, Bare] = {}
        while self._rest.startswith(";"):
            self._take(";")
            self._skip(" ")
            key = self._match(_KEY, "a parameter")
            if key in found:
                raise ValueError(f"the parameter {key} stands twice")
            found[key] = True
            if self._rest.startswith("="):
                self._take("=")
                found[key] = self._value()
        return found

    def _value(self) -> Bare:
        first = self._rest[:1]
        if first == '"':
            return re.sub(r"\\(.)", r"\1", self._match(_STRING, "a string")[1:-1])
        if first == ":":
            return exact(self._match(_BYTES, "a byte sequence")[1:-1])
        if first == "?":
            return self._match(re.compile(r"\?[01]"), "true or false") == "?1"
        if first == "-" or first.isdigit():
            number = int(self._match(_INTEGER, "an integer"))
            if self._rest[:1] == "." or self._rest[:1].isdigit():
                raise ValueError("a number here is an integer of at most 15 digits")
            return number
        return Token(self._match(_TOKEN, "a value"))

    def _match(self, pattern: re.Pattern[str], what: str) -> str:
        found = pattern.match(self._rest)
        if found is None:
            raise ValueError(f"{what} is missing or wrong")
        self._rest = self._rest[found.end() :]
        return found.group()

    def _take(self, sign: str) -> None:
        if not self._rest.startswith(sign):
            raise ValueError(f"{sign} is missing")
        self._rest = self._rest[len(sign) :]

    def _skip(self, signs: str) -> None:
        self._rest = self._rest.lstrip(signs)
