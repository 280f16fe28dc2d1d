"""Readers of foreign lists, one format a module. ``read_entries`` picks one; nothing is written here.

A reader raises ValueError that names file and line (or record); ``imports`` turns it into Invalid and
writes only when a file was read to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutela.detect.matching.readers import json_lines, ncmec, tables, text, threatexchange, vics
from tutela.detect.matching.readers.opening import head_text
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.shapes import ListEntry

Read = Callable[[Sequence[Path], ReadOptions, Tally], Iterator[ListEntry]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A format tutela reads: what it is, its reader, and how often the reader goes over the file."""

    title: str
    read: Read
    passes: int = 1


def _read_nsrl(paths: Sequence[Path], options: ReadOptions, tally: Tally) -> Iterator[ListEntry]:
    """NIST's reference data set: the columns it is known to have, all rows harmless files."""
    present = [name for name in tables.NSRL_COLUMNS if name.lower() in head_text(paths[0]).lower()]
    columns = {name: tables.NSRL_COLUMNS[name] for name in present}
    return tables.read(paths, replace(options, columns={**columns, **options.columns}), tally)


#: Every format by its name on the command line.
FORMATS: Mapping[str, Format] = {
    "csv": Format(title="CSV with a header; foreign columns by --map", read=tables.read),
    "jsonl": Format(title="JSON lines, as tutela writes them", read=json_lines.read),
    "text": Format(title="one value a line (threatexchange, md5sum); needs --kind", read=text.read),
    "ncmec": Format(title="NCMEC hash-sharing entries (XML)", read=ncmec.read, passes=ncmec.PASSES),
    "vics": Format(title="VICS 1.1 to 2.0 hash set or case file (JSON)", read=vics.read, passes=vics.PASSES),
    "threatexchange": Format(
        title="what threatexchange's tx dataset prints",
        read=threatexchange.read,
        passes=threatexchange.PASSES,
    ),
    "nsrl": Format(title="NIST NSRL hash set (CSV) of harmless files", read=_read_nsrl),
}


def guess_format(path: Path, encoding: str = "") -> str:
    """The format that the beginning of a file looks like.

    Raises Invalid when there is no file, ValueError for an unknown encoding.
    """
    beginning = head_text(path, encoding).lstrip("\ufeff \t\r\n")
    first_line = beginning.split("\n", 1)[0].strip()
    if beginning.startswith("<"):
        return "ncmec"
    if beginning.startswith("{"):
        return "vics" if "odata." in beginning[:4096] else "jsonl"
    if '"SHA-1"' in first_line and '"MD5"' in first_line:
        return "nsrl"
    if threatexchange.begins_like_it(first_line):
        return "threatexchange"
    digits = first_line.split(",")[0].split(" ")[0]
    plain = len(digits) in (32, 40, 64) and all(sign in "0123456789abcdefABCDEF" for sign in digits)
    return "text" if plain else "csv"


def read_entries(
    paths: Sequence[Path], format_name: str, options: ReadOptions, tally: Tally
) -> Iterator[ListEntry]:
    """The entries of all files in order. Raises ValueError naming file and line, while iterating."""
    if format_name not in FORMATS:
        raise ValueError(f"the format is one of {', '.join(FORMATS)}")
    return FORMATS[format_name].read(paths, options, tally)
