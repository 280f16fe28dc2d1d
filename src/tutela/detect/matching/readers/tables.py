"""CSV in any delimiter and encoding: tutela's own columns, or foreign ones by an explicit mapping."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tutela.detect.matching.readers.formulas import restored
from tutela.detect.matching.readers.opening import LINE_CHARACTERS_MAX, not_text, open_text
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.readers.rows import COLUMNS, FIELDS, RowMaker
from tutela.detect.matching.readers.values import KINDS, parse_kind
from tutela.detect.matching.shapes import ListEntry

#: Target that leaves a foreign column out.
LEFT_OUT = "-"
_DELIMITERS = ",;\t|"
#: The mapping of the NIST reference data set (NSRLFile.txt: "SHA-1","MD5","CRC32","FileName",...).
NSRL_COLUMNS: Mapping[str, str] = {"SHA-256": "sha256", "SHA-1": "sha1", "MD5": "md5"}

# The module's own limit of 128 KiB a cell is less than the digits of a film.
csv.field_size_limit(LINE_CHARACTERS_MAX)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layout:
    """Which cell is what: ``fields`` and ``kinds`` are (cell number, name); ``kind`` the cell of the kind."""

    width: int
    fields: tuple[tuple[int, str], ...]
    kinds: tuple[tuple[int, str], ...]
    kind: int | None = None
    value: int | None = None


def read(paths: Sequence[Path], options: ReadOptions, tally: Tally) -> Iterator[ListEntry]:
    """Entries of CSV files. Raises ValueError naming file and line that are wrong."""
    for path in paths:
        with open_text(path, options.encoding, options.progress) as file:
            try:
                yield from _read_file(file, options, tally)
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from error


def _read_file(file: TextIO, options: ReadOptions, tally: Tally) -> Iterator[ListEntry]:
    first = _header_line(file)
    delimiter = options.delimiter or _delimiter(first)
    header = next(csv.reader([first], delimiter=delimiter, strict=True), [])
    layout = _layout(header, options, tally)
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    maker = RowMaker(options, tally)
    line = 2
    try:
        for row in reader:
            if row:
                yield from _entries(row, layout, maker, options.kind)
            line = reader.line_num + 2
    except UnicodeDecodeError as error:
        raise ValueError(f"near line {line}: {not_text(error)}") from error
    except (ValueError, csv.Error) as error:
        raise ValueError(f"line {line}: {error}") from error


def _header_line(file: TextIO) -> str:
    try:
        return file.readline(LINE_CHARACTERS_MAX)
    except UnicodeDecodeError as error:
        raise ValueError(f"near line 1: {not_text(error)}") from error


def _entries(row: list[str], layout: _Layout, maker: RowMaker, kind: str) -> list[ListEntry]:
    if len(row) != layout.width:
        raise ValueError(f"{len(row)} cells where the header has {layout.width}")
    cells = [restored(cell.strip()) for cell in row]
    values = [(name, cells[at]) for at, name in layout.kinds if cells[at]]
    if layout.value is not None:
        values.append((cells[layout.kind] if layout.kind is not None else kind, cells[layout.value]))
    if not values:
        raise ValueError("no value in any of its columns")
    return maker.entries({name: cells[at] for at, name in layout.fields}, values)


def _delimiter(first_line: str) -> str:
    """The separator that cuts the header into most cells; a comma when there is only one cell."""
    return max(_DELIMITERS, key=first_line.count)


def _layout(header: Sequence[str], options: ReadOptions, tally: Tally) -> _Layout:
    wanted = {name.strip().casefold(): target for name, target in options.columns.items()}
    names = [name.strip().casefold() for name in header]
    missing = set(wanted) - set(names)
    if missing:
        raise ValueError(f"line 1: there is no column {', '.join(sorted(missing))}; found: {_found(header)}")
    targets = [_target(name, wanted) for name in names]
    twice = {target for target in targets if target and target not in KINDS and targets.count(target) > 1}
    if twice:
        raise ValueError(f"line 1: several columns are {', '.join(sorted(twice))}")
    _check_targets(targets, header, options)
    ignored = [name for name, target in zip(header, targets, strict=True) if not target]
    if ignored and not options.columns:
        tally.add(f"columns not understood and left out: {', '.join(ignored)}", len(ignored))
    return _Layout(
        width=len(header),
        fields=tuple((at, target) for at, target in enumerate(targets) if target in FIELDS),
        kinds=tuple((at, target) for at, target in enumerate(targets) if target in KINDS),
        kind=targets.index("kind") if "kind" in targets else None,
        value=targets.index("value") if "value" in targets else None,
    )


def _target(name: str, wanted: Mapping[str, str]) -> str:
    """The field or kind that a column is, or "" for none."""
    target = wanted.get(name, name if name in COLUMNS else "")
    if target in (LEFT_OUT, "") or target in COLUMNS:
        return "" if target == LEFT_OUT else target
    try:
        return parse_kind(target)
    except ValueError as error:
        raise ValueError(
            f"a column can be mapped to {', '.join((*COLUMNS, *KINDS))} or {LEFT_OUT}"
        ) from error


def _check_targets(targets: Sequence[str], header: Sequence[str], options: ReadOptions) -> None:
    """Raises ValueError unless the columns give values and a kind for each."""
    if "value" in targets:
        if "kind" in targets or options.kind:
            return
        raise ValueError("line 1: there is a column value and none for its kind; add it or say --kind")
    if not any(target in KINDS for target in targets):
        raise ValueError(
            "line 1: the header needs kind and value, or a mapping such as --map MD5=md5;"
            f" found: {_found(header)}"
        )


def _found(header: Sequence[str]) -> str:
    return ", ".join(header)[:200] or "nothing"
