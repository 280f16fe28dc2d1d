from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.listings import OPTIONS, entries, header
from tutela.detect.matching.readers import json_lines as reader
from tutela.detect.matching.readers.options import Tally
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.writers import json_lines


@given(st.lists(entries(), max_size=6))
def test_a_list_survives_json_lines_with_its_header(listed: list[ListEntry]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "list.jsonl")
        with place.open("w", encoding="utf-8", newline="") as file:
            assert json_lines.write(header("mine", law="L"), listed, file) == len(listed)
        assert reader.read_header(place) == header("mine", law="L")
        assert list(reader.read([place], OPTIONS, Tally())) == listed


def test_only_what_is_said_is_written() -> None:
    file = io.StringIO()
    entry = ListEntry(entry="a", kind="pdq", value=b"\x0c" * 32, quality=0)
    json_lines.write(header(), [entry, replace(entry, disputed=True)], file)
    _, first, second = file.getvalue().splitlines()
    assert first == f'{{"kind": "pdq", "value": "{"0c" * 32}", "entry": "a", "quality": 0}}'
    assert '"disputed": true' in second
