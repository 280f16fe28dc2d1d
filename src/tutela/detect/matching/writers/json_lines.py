"""JSON lines: the list's header first, then one object an entry; nothing is lost on the way back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from tutela.detect.matching.headers import render_header
from tutela.detect.matching.readers.json_lines import HEADER_KEY
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.writers.fields import row_of


def write(header: ListHeader, entries: Iterable[ListEntry], file: TextIO) -> int:
    """Writes the header and one line an entry; returns the number of entries.

    The header holds the salt, without which keyed digests of URLs and keywords are of no use.
    """
    file.write(json.dumps({HEADER_KEY: render_header(header)}) + "\n")
    count = 0
    for entry in entries:
        file.write(json.dumps(_members(entry), ensure_ascii=False) + "\n")
        count += 1
    return count


def _members(entry: ListEntry) -> dict[str, Any]:
    """Only what is said, numbers and truths as such."""
    said: dict[str, Any] = {name: text for name, text in row_of(entry).items() if text}
    if entry.quality is not None:
        said["quality"] = entry.quality
    if entry.disputed:
        said["disputed"] = True
    return said
