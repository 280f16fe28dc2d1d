"""Rows of an HMA database dump in plain SQL: the ``COPY`` blocks that ``pg_dump`` writes, one row at a time.

Nothing of the SQL is run. Text format of COPY: PostgreSQL manual, "COPY", section "Text Format".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: Longest line in bytes: one row; HMA's longest column is a list entry's metadata.
LINE_BYTES_MAX = 16 * 1024 * 1024
#: First bytes of ``pg_dump --format=custom`` (PostgreSQL source, pg_backup_archiver.c).
_CUSTOM_FORMAT = b"PGDMP"
_COPY = re.compile(r'COPY (?:"?[A-Za-z0-9_]+"?\.)?"?([A-Za-z0-9_]+)"? \(([^()]*)\) FROM stdin;')
_INSERT = re.compile(r'INSERT INTO (?:"?[A-Za-z0-9_]+"?\.)?"?([A-Za-z0-9_]+)"? ')
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.DOTALL)
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_END = "\\."


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of a table: its line in the file, its columns by name (None is SQL's null)."""

    table: str
    line: int
    untrusted: dict[str, str | None] = field(repr=False)


def rows(path: Path, tables: Collection[str]) -> Iterator[Row]:
    """The rows of ``tables``, in the order of the file. Raises ValueError naming the line, OSError."""
    lines = _lines(path)
    for number, line in lines:
        begun = _COPY.fullmatch(line)
        inserted = None if begun else _INSERT.match(line)
        if inserted and inserted.group(1) in tables:
            raise ValueError(f"line {number}: dump without --inserts; COPY blocks are read")
        if begun:
            wanted = begun.group(1) in tables
            yield from _block(begun.group(1), begun.group(2), number, lines, wanted=wanted)


def _block(
    table: str, columns: str, begun: int, lines: Iterator[tuple[int, str]], *, wanted: bool
) -> Iterator[Row]:
    names = [name.strip().strip('"') for name in columns.split(",")]
    for number, line in lines:
        if line == _END:
            return
        if wanted:
            cells = line.split("\t")
            if len(cells) != len(names):
                raise ValueError(f"line {number}: {len(names)} columns of {table} are expected")
            values = (_cell(cell) for cell in cells)
            yield Row(table=table, line=number, untrusted=dict(zip(names, values, strict=True)))
    raise ValueError(f"line {begun}: the rows of {table} have no end; the dump is cut")


def _cell(text: str) -> str | None:
    """One value of a COPY row, unescaped; None for null."""
    if text == "\\N":
        return None
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    octal, hexadecimal, sign = match.groups()
    if octal:
        return chr(int(octal, 8) & 0xFF)
    return chr(int(hexadecimal, 16)) if hexadecimal else _SIGNS.get(sign, sign)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number from 1, line without its end). Raises ValueError for what is no text dump."""
    with path.open("rb") as file:
        number = 0
        while untrusted_line := file.readline(LINE_BYTES_MAX):
            number += 1
            if number == 1 and untrusted_line.startswith(_CUSTOM_FORMAT):
                raise ValueError("a dump in PostgreSQL's own format: pg_restore -f dump.sql makes it text")
            if len(untrusted_line) == LINE_BYTES_MAX:
                raise ValueError(f"line {number}: longer than {LINE_BYTES_MAX} bytes")
            try:
                yield number, untrusted_line.decode("utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                raise ValueError(f"line {number}: not UTF-8; dump with --encoding=UTF8") from None
