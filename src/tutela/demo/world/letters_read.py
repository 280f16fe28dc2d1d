"""What an abuse desk's machine reads out of a letter: the addresses that it names."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

#: An address in a text, up to what ends a sentence or a cell; defanged spellings are undone before.
_ADDRESS = re.compile(r"https?://[^\s<>\"'\])},;]+", re.IGNORECASE)
#: Spellings by which people keep mail programs from making links.
_DEFANGED = (("hxxp", "http"), ("[.]", "."), ("[:]", ":"), ("[://]", "://"))
#: Media types of parts that are meant for machines: X-ARF (JSON), tables, feedback reports (RFC 5965).
_JSON, _CSV, _FEEDBACK = ("json", "xarf"), ("csv",), ("feedback-report",)


def addresses_of(letter: EmailMessage) -> tuple[str, ...]:
    """The addresses that the parts for machines name; where there are none, those of the text."""
    parts = [part for part in letter.walk() if not part.is_multipart()]
    named = [found for part in parts for found in _in_machine_part(part)]
    if not named:
        named = [
            found for part in parts if part.get_content_type() == "text/plain" for found in _in_text(part)
        ]
    return tuple(dict.fromkeys(named))


def numbers_of(letter: EmailMessage) -> tuple[tuple[str, str], ...]:
    """(address, number of its notice) of each line of the letter's table; none where it numbers none."""
    parts = [part for part in letter.walk() if part.get_content_subtype() in _CSV]
    rows = [row for part in parts for row in csv.DictReader(io.StringIO(_text(part)))]
    return tuple((row["url"], row["notice"]) for row in rows if row.get("url") and row.get("notice"))


def _in_machine_part(part: Any) -> Iterator[str]:
    kind = part.get_content_subtype()
    if any(word in kind for word in _JSON):
        yield from _in_json(_text(part))
    elif any(word in kind for word in _CSV):
        yield from (found for row in _rows(_text(part)) for cell in row for found in _found(cell))
    elif any(word in kind for word in _FEEDBACK):
        yield from _found(_text(part))


def _rows(text: str) -> list[list[str]]:
    """The rows of a table; none where the text is none."""
    try:
        return list(csv.reader(io.StringIO(text)))
    except csv.Error:
        return []


def _in_json(text: str) -> Iterator[str]:
    try:
        told = json.loads(text)
    except ValueError:
        return
    yield from (found for word in _words(told) for found in _found(word))


def _words(told: Any) -> Iterator[str]:
    """Every text in the values of a JSON document."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for inner in told.values() if isinstance(told, dict) else told:
            yield from _words(inner)


def _in_text(part: Any) -> Iterator[str]:
    yield from _found(_text(part))


def _found(text: str) -> Iterator[str]:
    for defanged, plain in _DEFANGED:
        text = text.replace(defanged, plain)
    yield from (found.rstrip(".") for found in _ADDRESS.findall(text))


def _text(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    return bytes(data).decode("utf-8", "replace")
