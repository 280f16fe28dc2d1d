from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.listings import OPTIONS, entries
from tutela.detect.matching.readers import tables as reader
from tutela.detect.matching.readers.options import Tally
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.writers import tables


def text_of(*listed: ListEntry) -> str:
    file = io.StringIO(newline="")
    assert tables.write(listed, file) == len(listed)
    return file.getvalue()


@given(st.lists(entries(), max_size=6))
def test_a_list_survives_csv(listed: list[ListEntry]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "list.csv")
        file.write_text(text_of(*listed), "utf-8", newline="")
        assert list(reader.read([file], OPTIONS, Tally())) == listed


@given(entries())
def test_no_cell_is_a_formula(entry: ListEntry) -> None:
    for row in csv.reader(io.StringIO(text_of(entry), newline="")):
        assert not any(
            cell.startswith(("=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠")) for cell in row
        )
