"""Findings as text: JSON lines (the machine-readable face), CSV for spreadsheets, and their file."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from tutela.detect.scan.shapes import Finding, FoundMatch
from tutela.kernel.errors import Conflict

#: Version of the JSON shape; a change that is not an addition raises it (issue 1).
SHAPE_VERSION = 1
#: Beginnings that a spreadsheet takes for a formula, with their full-width twins (threat model ST-10).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
#: Fields of a match, in the order in which they are printed.
MATCH_FIELDS = tuple(FoundMatch.__slots__)
#: Columns of the CSV; the match columns are those of the nearest match.
CSV_COLUMNS = (
    *("path", "member", "sha256", "status", "reason", "media_kind", "size_bytes"),
    *("group", "match_count"),
    *MATCH_FIELDS,
)
#: Bytes read at once when findings are read back.
BLOCK_BYTES = 1 << 20


def render_finding(finding: Finding) -> str:
    """One JSON object in the fixed shape, ASCII only, without a line feed.

    Names that are no valid UTF-8 keep their bytes as lone surrogates (``\\udcff``), as Python reads them.
    """
    return json.dumps(
        {
            "path": finding.path,
            "member": finding.member,
            "sha256": finding.sha256,
            "status": finding.status,
            "reason": finding.reason,
            "matches": [match_fields(match) for match in finding.matches],
        }
    )


def match_fields(match: FoundMatch) -> dict[str, Any]:
    """One match as the JSON object that is printed."""
    return {name: getattr(match, name) for name in MATCH_FIELDS}


def parse_matches(text: str) -> tuple[FoundMatch, ...]:
    """The matches of a JSON list that ``match_fields`` made; used for our own journal."""
    return tuple(_match(fields) for fields in json.loads(text))


def parse_finding(line: str) -> Finding:
    """The finding of one of our own JSON lines. Raises ValueError when the line is not one."""
    try:
        fields = json.loads(line)
        matches = tuple(_match(match) for match in fields["matches"])
        names = ("path", "member", "sha256", "status", "reason")
        return Finding(matches=matches, **{name: fields[name] for name in names})
    except (KeyError, TypeError) as error:
        raise ValueError("not a finding") from error


def _match(fields: Mapping[str, Any]) -> FoundMatch:
    """A match without the fields that a newer release added. Raises KeyError, TypeError."""
    return FoundMatch(**{name: fields[name] for name in MATCH_FIELDS})


def csv_header() -> str:
    """The header line of the CSV."""
    return _csv_line(CSV_COLUMNS)


def csv_line(finding: Finding, group: int | None) -> str:
    """One CSV line (RFC 4180): the finding, its group of near-duplicates, its nearest match.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    match = nearest_match(finding)
    cells = [getattr(finding, name) for name in CSV_COLUMNS[:7]]
    nearest = [getattr(match, name) for name in MATCH_FIELDS] if match else [None] * len(MATCH_FIELDS)
    return _csv_line(_cell(value) for value in (*cells, group, len(finding.matches), *nearest))


def nearest_match(finding: Finding) -> FoundMatch | None:
    """The match that says most: confirmed before unconfirmed, then fewest bits."""
    return min(finding.matches, key=lambda m: (m.confirmed is None, m.distance_bits or 0), default=None)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    printable = value.encode("utf-8", "backslashreplace").decode()
    return f"'{printable}" if printable.startswith(FORMULA_STARTS) else printable


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


class FindingsSink(Protocol):
    """Where finding lines go, in order. ``write`` returns nothing before the bytes are handed over."""

    @property
    def length_bytes(self) -> int:
        """Bytes written so far."""

    def write(self, lines: bytes) -> None:
        """Appends whole lines and makes them durable as far as the sink can."""


class StreamSink:
    """Lines to an open stream, for a scan without a folder."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.length_bytes = 0

    def write(self, lines: bytes) -> None:
        """Appends and flushes."""
        self._stream.write(lines)
        self._stream.flush()
        self.length_bytes += len(lines)


class NullSink:
    """Counts and forgets, for a scan that prints a table only."""

    length_bytes = 0

    def write(self, lines: bytes) -> None:
        """Counts."""
        self.length_bytes += len(lines)


class FindingsFile:
    """``findings.jsonl`` on a disk: appended and synced; what a crash left behind is cut off.

    ``keep_bytes`` is the length that the journal vouches for: lines behind it belong to files that
    will be looked at again. Raises Conflict when the file is shorter than that: somebody changed it.
    """

    def __init__(self, path: Path, *, keep_bytes: int = 0) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._fd).st_size < keep_bytes:
            os.close(self._fd)
            raise Conflict("findings.jsonl is shorter than its journal says: it was changed since")
        os.ftruncate(self._fd, keep_bytes)
        self.length_bytes = os.lseek(self._fd, 0, os.SEEK_END)

    def write(self, lines: bytes) -> None:
        """Appends and syncs to the disk."""
        view = memoryview(lines)
        while view:
            view = view[os.write(self._fd, view) :]
        os.fdatasync(self._fd)
        self.length_bytes += len(lines)

    def line_at(self, place_bytes: int) -> str:
        """The line that begins at this offset."""
        line = b""
        while b"\n" not in line:
            block = os.pread(self._fd, 4096, place_bytes + len(line))
            if not block:
                raise Conflict("findings.jsonl ends within a line: it was changed since")
            line += block
        return line.split(b"\n", 1)[0].decode("ascii")

    def lines(self) -> Iterator[str]:
        """All lines in order, read in blocks."""
        place, rest = 0, b""
        while block := os.pread(self._fd, BLOCK_BYTES, place):
            place += len(block)
            *lines, rest = (rest + block).split(b"\n")
            yield from (line.decode("ascii") for line in lines)

    def close(self) -> None:
        """Closes the descriptor."""
        os.close(self._fd)
