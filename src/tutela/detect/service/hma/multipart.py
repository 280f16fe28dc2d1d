"""A strict reader of ``multipart/form-data`` with exactly one file, fed piece by piece (RFC 7578, RFC 2046).

Sans-IO: bytes go in, bytes of the file come out; nothing is kept but the small text fields that some
clients send beside the file. The file's name is never looked at. No library is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

#: Longest boundary (RFC 2046 section 5.1.1).
BOUNDARY_MAX = 70
#: Bytes of the headers of one part; browsers and curl send some 150.
HEADERS_BYTES_MAX = 8 * 1024
#: Parts besides the file; Coop sends four.
FIELDS_MAX = 16
#: Bytes of all text fields together; HMA's note has 255 characters, its metadata is small JSON.
FIELDS_BYTES_MAX = 64 * 1024
#: Bytes before the first boundary and after the last one, which are ignored (RFC 2046 section 5.1.1).
AROUND_BYTES_MAX = 8 * 1024
#: Blanks that a transport may add behind a boundary (RFC 2046 section 5.1.1).
PADDING_MAX = 64

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_PARAMETER = re.compile(r';[ \t]*([A-Za-z0-9*_-]+)=("(?:[^"\\\r\n]|\\[^\r\n])*"|[^;\s"]+)[ \t]*')
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_FOLD = re.compile(r"\r\n[ \t]+")
#: Codings that leave the bytes as they are; RFC 7578 section 4.7 deprecates all others.
_PLAIN_CODINGS = frozenset({"7bit", "8bit", "binary"})


class MissingFile(ValueError):  # noqa: N818 - the reader's word for a form without a file
    """The form holds no file."""


class SecondFile(ValueError):  # noqa: N818 - see MissingFile
    """The form holds more than one file."""


class TooLarge(ValueError):  # noqa: N818 - see MissingFile
    """The file is longer than is allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What a form said: the field name of its file (unchecked), the file's bytes, the text fields."""

    untrusted_name: str
    size_bytes: int
    untrusted_fields: Mapping[str, str] = field(repr=False)


class _Where(Enum):
    PREAMBLE = auto()
    HEADERS = auto()
    FILE = auto()
    FIELD = auto()
    END = auto()


def parameters(untrusted_text: str) -> dict[str, str]:
    """Parameters of a header value such as ``form-data; name="photo"``, names in lower case.

    Raises ValueError when they are malformed or one is named twice.
    """
    found: dict[str, str] = {}
    rest = untrusted_text[len(_first(untrusted_text)) :].removesuffix(";")  # some end with one
    place = 0
    while place < len(rest):
        match = _PARAMETER.match(rest, place)
        if match is None:
            raise ValueError("the parameters of a header are malformed")
        name, value = match.group(1).lower(), match.group(2)
        if name in found:
            raise ValueError("a parameter of a header is given twice")
        found[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        place = match.end()
    return found


def _first(text: str) -> str:
    """What stands before the first semicolon."""
    return text.partition(";")[0]


def boundary_of(untrusted_content_type: str) -> bytes:
    """The boundary of a ``Content-Type``. Raises ValueError unless it is multipart/form-data with one."""
    if _first(untrusted_content_type).strip().lower() != "multipart/form-data":
        raise ValueError("the body must be multipart/form-data")
    boundary = parameters(untrusted_content_type).get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise ValueError(f"the boundary must have 1 to {BOUNDARY_MAX} characters of RFC 2046")
    return boundary.encode("ascii")


def _part_headers(untrusted_block: bytes) -> dict[str, str]:
    """Headers of a part, names in lower case. Lines may be folded, as mail programs and libraries do
    (RFC 5322, 2.2.3). Raises ValueError.
    """
    headers: dict[str, str] = {}
    for line in _FOLD.sub(" ", untrusted_block.decode("utf-8", "replace")).split("\r\n"):
        match = _HEADER.fullmatch(line)
        if match is None:
            raise ValueError("a header of a part is malformed")
        name = match.group(1).lower()
        if name in headers:
            raise ValueError("a header of a part is given twice")
        headers[name] = match.group(2)
    return headers


def _disposition(untrusted_block: bytes) -> tuple[str, bool]:
    """Field name of a part, and whether it is a file (it has a file name). Raises ValueError."""
    headers = _part_headers(untrusted_block)
    disposition = headers.get("content-disposition", "")
    if _first(disposition).strip().lower() != "form-data":
        raise ValueError("a part has no Content-Disposition: form-data")
    if headers.get("content-transfer-encoding", "binary").lower() not in _PLAIN_CODINGS:
        raise ValueError("a part is encoded; send its bytes as they are")
    given = parameters(disposition)
    if not given.get("name"):
        raise ValueError("a part has no name")
    return given["name"], any(key.partition("*")[0] == "filename" for key in given)  # RFC 2231: filename*0*


class FormReader:
    """Reads one body. ``feed`` gives the file's bytes as they arrive, ``finish`` what the form said.

    All methods raise ValueError: MissingFile, SecondFile, TooLarge, or what is malformed.
    """

    def __init__(self, boundary: bytes, *, file_bytes_max: int) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._file_bytes_max = file_bytes_max
        # a body may begin with a boundary: the line break that belongs to it is supplied here
        self._buffer = bytearray(b"\r\n")
        self._where = _Where.PREAMBLE
        # bytes at the front of the buffer that belong to a boundary and not to what follows.
        self._lead = 2
        self._around_bytes = self._field_bytes = self._size_bytes = 0
        self._name, self._file_name = "", ""
        self._value = bytearray()
        self._fields: dict[str, str] = {}

    @property
    def untrusted_file_name(self) -> str:
        """Field name of the file, "" before it began."""
        return self._file_name

    def feed(self, untrusted_piece: bytes | memoryview) -> Iterator[bytes]:
        """The file's bytes that this piece completes, in order; exhaust it before the next piece."""
        self._buffer += untrusted_piece
        while True:
            if self._where is _Where.END:
                self._ignore(len(self._buffer))
                self._buffer.clear()
                return
            if self._where is _Where.HEADERS:
                if not self._take_headers():
                    return
                continue
            content, ended = self._take_content()
            if content:
                yield from self._keep(content)
            if ended is None:
                return
            self._end_part(last=ended)

    def finish(self) -> Form:
        """What the form said, once the whole body was fed."""
        if self._where is not _Where.END:
            raise ValueError("the body ends before its last boundary")
        if not self._file_name:
            raise MissingFile("the form holds no file")
        return Form(
            untrusted_name=self._file_name, size_bytes=self._size_bytes, untrusted_fields=dict(self._fields)
        )

    def _take_content(self) -> tuple[bytes, bool | None]:
        """Content up to the next boundary: (bytes, last boundary?); None: the boundary is yet to come."""
        found = start = 0
        while (found := self._buffer.find(self._delimiter, start)) >= 0:
            length, last = self._boundary_at(found + len(self._delimiter))
            if length:
                content = self._take(found)
                del self._buffer[: len(self._delimiter) + length]
                self._lead = 0
                return content, last
            if last is None:
                return self._take(found), None
            start = found + 1
        return self._take(len(self._buffer) - len(self._delimiter) + 1), None

    def _boundary_at(self, place: int) -> tuple[int, bool | None]:
        """Bytes behind a delimiter that belong to it, and whether it is the last.

        (0, None) when more is needed to say so, (0, False) when it is no boundary but content.
        """
        tail = bytes(self._buffer[place : place + PADDING_MAX + 2])
        if tail.startswith(b"--"):
            return 2, True
        blanks = len(tail) - len(tail.lstrip(b" \t"))
        ending = tail[blanks : blanks + 2]
        if ending == b"\r\n":
            return blanks + 2, False
        undecided = (blanks <= PADDING_MAX and ending in (b"", b"\r")) or tail == b"-"
        return 0, None if undecided else False

    def _take(self, length: int) -> bytes:
        taken = bytes(self._buffer[: max(0, length)])
        del self._buffer[: len(taken)]
        lead, self._lead = self._lead, max(0, self._lead - len(taken))
        return taken[lead:]

    def _take_headers(self) -> bool:
        """True when the headers of a part are complete and were read."""
        end = self._buffer.find(b"\r\n\r\n")
        if end > HEADERS_BYTES_MAX or (end < 0 and len(self._buffer) > HEADERS_BYTES_MAX):
            raise ValueError("the headers of a part are too long")
        if end < 0:
            return False
        self._name, is_file = _disposition(bytes(self._buffer[:end]))
        # the line break before the content may be the one of a boundary that follows at once
        del self._buffer[: end + 2]
        self._lead = 2
        self._begin_file() if is_file else self._begin_field()
        return True

    def _begin_file(self) -> None:
        if self._file_name:
            raise SecondFile("the form holds more than one file")
        self._file_name, self._where = self._name, _Where.FILE

    def _begin_field(self) -> None:
        if len(self._fields) == FIELDS_MAX or self._name in self._fields:
            raise ValueError("the form holds too many fields, or one of them twice")
        self._where = _Where.FIELD

    def _keep(self, content: bytes) -> Iterator[bytes]:
        """The bytes of the file among ``content``; text of a field is kept aside."""
        if self._where is _Where.FILE:
            yield from self._keep_file(content)
        elif self._where is _Where.FIELD:
            self._field_bytes += len(content)
            if self._field_bytes > FIELDS_BYTES_MAX:
                raise ValueError("the text fields of the form are too long")
            self._value += content
        else:
            self._ignore(len(content))

    def _keep_file(self, content: bytes) -> Iterator[bytes]:
        self._size_bytes += len(content)
        if self._size_bytes > self._file_bytes_max:
            raise TooLarge(f"the file is longer than {self._file_bytes_max} bytes")
        yield content

    def _ignore(self, size_bytes: int) -> None:
        self._around_bytes += size_bytes
        if self._around_bytes > AROUND_BYTES_MAX:
            raise ValueError("there is too much around the parts of the form")

    def _end_part(self, *, last: bool) -> None:
        if self._where is _Where.FIELD:
            self._fields[self._name] = self._value.decode("utf-8")
            self._value.clear()
        self._where = _Where.END if last else _Where.HEADERS
