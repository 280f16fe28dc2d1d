"""CSV with tutela's own columns; ``readers.tables`` reads it back."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from tutela.detect.matching.readers.formulas import defused
from tutela.detect.matching.readers.rows import COLUMNS
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.writers.fields import row_of


def write(entries: Iterable[ListEntry], file: TextIO) -> int:
    """Writes header and one row an entry (RFC 4180, LF); returns the number of rows."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for entry in entries:
        row = row_of(entry)
        writer.writerow([defused(row[name]) for name in COLUMNS])
        count += 1
    return count
