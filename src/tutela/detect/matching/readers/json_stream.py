"""A JSON document of any size, walked from member to member; only what is asked for becomes an object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TextIO

from tutela.detect.matching.readers.opening import not_text

#: Characters read at a time.
CHUNK_CHARACTERS = 1 << 20
#: Longest single value that is decoded as a whole (one media record with all its file names).
VALUE_CHARACTERS_MAX = 64 << 20
#: Both match at any place, since they may match nothing.
_BLANKS = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"[-+0-9.eE]*")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class JsonStream:
    """A cursor over a JSON text. Each method leaves it behind what it read; all raise ValueError.

    Inside ``members`` and ``items`` the caller reads exactly one value per turn.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text, self._at, self._ended, self._lines_gone = "", 0, False, 0
        self._decoder = json.JSONDecoder(parse_constant=_refuse_constant)

    def peek(self) -> str:
        """The next character that is no blank, or "" at the end."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr]  # matches always
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def members(self) -> Iterator[str]:
        """The names of the members of the object that begins here."""
        yield from self._between("{", "}", keyed=True)

    def items(self) -> Iterator[None]:
        """One turn for each item of the array that begins here."""
        for _ in self._between("[", "]", keyed=False):
            yield None

    def value(self) -> Any:
        """The value that begins here, decoded."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._too_long() or not self._fill():
                    self._fail("not JSON, or cut off", error)
            except RecursionError as error:
                self._fail("nested too deeply", error)
            else:
                if not self._may_go_on() or not self._fill():
                    self._at = end
                    return found

    def end(self) -> None:
        """Returns when nothing but blanks is left."""
        if self.peek():
            self._fail("more text after the end of the document")

    def line(self) -> int:
        """Number of the line where the cursor stands, from 1."""
        return 1 + self._lines_gone + self._text.count("\n", 0, self._at)

    def _between(self, opening: str, closing: str, *, keyed: bool) -> Iterator[str]:
        self._take(opening)
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            yield self._key() if keyed else ""
            if self.peek() == closing:
                self._at += 1
                return
            self._take(",")

    def _key(self) -> str:
        key = self.value() if self.peek() == '"' else self._fail("a member without a name")
        self._take(":")
        return str(key)

    def _take(self, wanted: str) -> None:
        if self.peek() != wanted:
            self._fail(f"{wanted} is missing")
        self._at += 1

    def _may_go_on(self) -> bool:
        """True when a number begins here that may go on in what was not read yet (``0`` of ``0.5``)."""
        return _NUMBER.match(self._text, self._at).end() == len(self._text)  # type: ignore[union-attr]  # matches a digit

    def _too_long(self) -> bool:
        return len(self._text) - self._at > VALUE_CHARACTERS_MAX

    def _fill(self) -> bool:
        """Read on, at least as much as is kept, so that a long value costs no quadratic time."""
        if self._ended:
            return False
        kept = self._text[self._at :]
        try:
            more = self._file.read(max(CHUNK_CHARACTERS, len(kept)))
        except UnicodeDecodeError as error:
            self._fail(not_text(error), error)
        self._lines_gone += self._text.count("\n", 0, self._at)
        self._text, self._at, self._ended = kept + more, 0, not more
        return bool(more)

    def _fail(self, reason: str, cause: Exception | None = None) -> NoReturn:
        raise ValueError(f"line {self.line()}: {reason}") from cause
