"""JSON lines: one object a line with the columns of CSV; the first line may be the list's header."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from tutela.detect.matching.headers import parse_header
from tutela.detect.matching.readers.opening import numbered_lines, open_text
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.readers.rows import COLUMNS, FIELDS, RowMaker
from tutela.detect.matching.shapes import ListEntry, ListHeader

#: The one member of the first line when it is a header.
HEADER_KEY = "list"


def read(paths: Sequence[Path], options: ReadOptions, tally: Tally) -> Iterator[ListEntry]:
    """Entries of JSON-lines files. Raises ValueError naming file and line that are wrong."""
    maker = RowMaker(options, tally)
    for path in paths:
        with open_text(path, options.encoding, options.progress) as file:
            try:
                yield from _read_file(file, maker, options)
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from error


def _read_file(file: TextIO, maker: RowMaker, options: ReadOptions) -> Iterator[ListEntry]:
    for number, line in numbered_lines(file):
        try:
            yield from _entries(number, line, maker, options)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error


def read_header(path: Path, encoding: str = "") -> ListHeader | None:
    """The header in the first line, or None when the file begins with entries. Raises ValueError."""
    with open_text(path, encoding) as file:
        try:
            for _, line in numbered_lines(file):
                untrusted = _object(line)
                return parse_header(untrusted[HEADER_KEY]) if set(untrusted) == {HEADER_KEY} else None
        except ValueError as error:
            raise ValueError(f"{path}: first line: {error}") from error
    return None


def _object(line: str) -> dict[str, Any]:
    try:
        untrusted = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(untrusted, dict):
        raise ValueError("each line is one JSON object")
    return untrusted


def _entries(number: int, line: str, maker: RowMaker, options: ReadOptions) -> list[ListEntry]:
    untrusted = _object(line)
    if number == 1 and set(untrusted) == {HEADER_KEY}:
        return []
    unknown = set(untrusted) - set(COLUMNS)
    if unknown:
        raise ValueError(f"unknown member {sorted(unknown)[0][:40]!r}; known are {', '.join(COLUMNS)}")
    texts = {name: _text(name, untrusted.get(name)) for name in COLUMNS}
    if not texts["value"]:
        raise ValueError("value is missing")
    fields = {name: texts[name] for name in FIELDS}
    return maker.entries(fields, [(texts["kind"] or options.kind, texts["value"])])


def _text(name: str, untrusted: object) -> str:
    """A member as text: null is nothing, true and false are words, a film may be given as its JSON."""
    if untrusted is None:
        return ""
    if isinstance(untrusted, bool):
        return "true" if untrusted else "false"
    if name == "value" and isinstance(untrusted, list | dict):
        return json.dumps(untrusted)
    if isinstance(untrusted, str | int):
        return str(untrusted)
    raise ValueError(f"{name} is not a text")
