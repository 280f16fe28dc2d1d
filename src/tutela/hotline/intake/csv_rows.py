"""Reports in a table: a CSV file with a header, ours or that of SCART. Pure; text in, fields of forms out.

SCART's columns are ``URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE`` (its import of lists). Whom SCART
would give the work, and its own words for source and type, are passed over: here the queue says who is next.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tutela.hotline.intake.untrusted import Complaint, Told, Unclear, read_report
from tutela.kernel.errors import Invalid

#: Column in small letters -> field of a form; empty: passed over.
COLUMNS: Mapping[str, str] = {
    "url": "addresses",
    "referer": "referrer",
    "referrer": "referrer",
    "reference": "reference",
    "text": "text",
    "access": "access",
    "route": "route",
    "urgent": "urgent",
    "workuser-email": "",
    "source": "",
    "type": "",
}
#: Rows of one file. Our own: what one process reads at once and shows the faults of.
ROWS_MAX = 100_000
#: What says yes in the column ``urgent``.
YES = frozenset({"1", "yes", "true", "x"})
#: What may stand between two cells.
_DELIMITERS = ";,\t"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: its line in the file, counted from 1 with the header, and what it says."""

    line: int
    told: Told = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongRow:
    """A row that is no report as it is, and why."""

    line: int
    complaints: tuple[Complaint, ...]


def parse_rows(untrusted_text: str) -> Iterator[Row | WrongRow]:
    """Each row of the file. Raises Invalid for a header without ``url`` or with an unknown column."""
    lines = io.StringIO(untrusted_text.removeprefix("\ufeff"), newline="")
    header = lines.readline()
    delimiter = max(_DELIMITERS, key=header.count)
    names = _names(next(csv.reader([header], delimiter=delimiter), []))
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for place, cells in enumerate(reader, start=1):
            if place > ROWS_MAX:
                raise Invalid(f"has more than {ROWS_MAX} rows: split it", field="file")
            if any(cell.strip() for cell in cells):
                yield _row(reader.line_num + 1, dict(zip(names, cells, strict=False)))
    except csv.Error as error:
        raise Invalid(f"line {reader.line_num + 1} is no line of a CSV file", field="file") from error


def _names(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    unknown = [name for name in names if name not in COLUMNS]
    if "url" not in names or unknown:
        raise Invalid(f"needs a header with url, of these: {', '.join(COLUMNS)}", field="file")
    return [COLUMNS[name] for name in names]


def _row(line: int, fields: dict[str, str]) -> Row | WrongRow:
    urgent = fields.pop("urgent", "").strip().lower() in YES
    addresses, text = fields.get("addresses", ""), fields.get("text", "")
    told = read_report(addresses, text, urgent=urgent, untrusted=fields)
    if isinstance(told, Unclear):
        return WrongRow(line=line, complaints=told.complaints)
    return Row(line=line, told=told)
