"""The parts of a multipart body (RFC 2046 section 5.1), and where each one lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tutela.prevent.guard.carriers.spelling import from_base64

#: Letters of a boundary (RFC 2046 section 5.1.1: at most 70).
BOUNDARY_LETTERS_MAX: Final = 70
#: Bytes of one part's header fields.
FIELDS_BYTES_MAX: Final = 8192
_BOUNDARY: Final = re.compile(r"boundary\s*=\s*(?:\"([^\"]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_BLANK_LINE: Final = re.compile(rb"(?<=\n)\r?\n")
_TYPE: Final = re.compile(rb"^content-type:[ \t]*([^\r\n]{0,400})", re.IGNORECASE | re.MULTILINE)
_IN_BASE64: Final = re.compile(rb"^content-transfer-encoding:[ \t]*base64\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Bytes ``start`` to ``end`` of a body: one part, its fields and ``content``. ``declared``: its type."""

    start: int
    end: int
    declared: str
    content: bytes


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type header names. Raises ValueError where it names none."""
    found = _BOUNDARY.search(content_type)
    name = (found[1] or found[2]).strip() if found else ""
    name = name.removeprefix("--")
    if not name or len(name) > BOUNDARY_LETTERS_MAX:
        raise ValueError("a multipart body without a boundary")
    return name.encode("utf-8", "surrogateescape")


def parts(untrusted_body: bytes, boundary: bytes) -> Iterator[Part]:
    """Every part, from the left, what stands before the first boundary and after the last one included."""
    mark, at = b"--" + boundary, 0
    while at <= len(untrusted_body):
        end = untrusted_body.find(mark, at)
        end = len(untrusted_body) if end < 0 else end
        if end > at:
            yield _part(untrusted_body, at, end)
        at = end + len(mark)


def _part(body: bytes, at: int, end: int) -> Part:
    """The part between two marks, without the line ends that belong to the marks."""
    start = at + (2 if body[at : at + 2] == b"\r\n" else 1 if body[at : at + 1] == b"\n" else 0)
    last = end - (2 if body[end - 2 : end] == b"\r\n" else 1 if body[end - 1 : end] == b"\n" else 0)
    last = max(start, last)
    blank = _BLANK_LINE.search(body, start, min(last, start + FIELDS_BYTES_MAX))
    fields = body[start : blank.start()] if blank else b""
    content = body[blank.end() : last] if blank else body[start:last]
    typed = _TYPE.search(fields)
    return Part(
        start=start,
        end=last,
        declared=typed[1].decode("latin-1").strip() if typed else "",
        content=from_base64(content) if _IN_BASE64.search(fields) else content,
    )
