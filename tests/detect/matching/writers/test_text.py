from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.listings import SALT, entries
from tutela.detect.matching.readers import text as reader
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.writers import text

PDQ = ListEntry(entry="a", kind="pdq", value=b"\x0c" * 32)


@given(st.lists(entries(), max_size=8), st.sampled_from(["md5", "sha1", "sha256", "pdq", "vpdq", "photodna"]))
def test_values_of_one_kind_survive_text(listed: list[ListEntry], kind: str) -> None:
    wanted = [entry.value for entry in listed if entry.kind == kind and not entry.derived]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "list.txt")
        with place.open("w", encoding="utf-8", newline="") as file:
            assert text.write(kind, listed, file) == len(wanted)
        found = reader.read([place], ReadOptions(salt=SALT, kind=kind), Tally())
        assert [entry.value for entry in found] == wanted


def test_derived_crops_are_left_out() -> None:
    file = io.StringIO()
    assert text.write("pdq", [PDQ, replace(PDQ, derived="c5")], file) == 1


@pytest.mark.parametrize("kind", ["url", "text"])
def test_keyed_digests_do_not_go_into_text(kind: str) -> None:
    with pytest.raises(ValueError, match="jsonl"):
        text.write(kind, [], io.StringIO())
