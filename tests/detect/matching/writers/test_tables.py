from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, datetime
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


def test_the_form_of_the_file_is_this_one() -> None:
    entry = ListEntry(
        entry="a",
        kind="pdq",
        value=b"\x0c" * 32,
        source="S, and more",
        legal_class="csam",
        scheme="uk-iwf",
        category="A",
        quality=88,
        valid_from=datetime(2026, 1, 2, tzinfo=UTC),
        note="=1+1",
        derived="c5",
        disputed=True,
    )
    assert text_of(entry, ListEntry(entry="b", kind="md5", value=b"\x0a" * 16)) == (
        "kind,value,entry,source,law,class,scheme,category,quality,valid_from,valid_to,note,derived,disputed\n"
        f'pdq,{"0c" * 32},a,"S, and more",,csam,uk-iwf,A,88,2026-01-02T00:00:00Z,,\'=1+1,c5,true\n'
        f"md5,{'0a' * 16},b,,,,,,,,,,,\n"
    )


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
