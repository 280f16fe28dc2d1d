from __future__ import annotations

from datetime import UTC, datetime

from tutela.detect.matching.readers.rows import COLUMNS
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.writers.fields import row_of


def test_every_column_is_there_in_order() -> None:
    entry = ListEntry(
        entry="a",
        kind="pdq",
        value=b"\x0c" * 32,
        quality=0,
        valid_from=datetime(2026, 1, 2, tzinfo=UTC),
        disputed=True,
    )
    row = row_of(entry)
    assert tuple(row) == COLUMNS
    assert (row["value"], row["quality"], row["disputed"]) == ("0c" * 32, "0", "true")
    assert (row["valid_from"], row["valid_to"], row["class"]) == ("2026-01-02T00:00:00Z", "", "")


def test_keyed_values_are_marked_as_such() -> None:
    assert row_of(ListEntry(entry="a", kind="url", value=b"\x01" * 32))["value"] == "keyed:" + "01" * 32
