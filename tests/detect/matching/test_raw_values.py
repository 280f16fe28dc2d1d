from __future__ import annotations

import numpy as np

from tests.detect.matching.listings import KINDS, value_of
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.raw_values import raw_values
from tutela.detect.matching.shapes import ListEntry


def test_equal_values_are_equal_texts_of_every_kind() -> None:
    entries = [
        ListEntry(entry=f"{kind}{number}", kind=kind, value=value_of(kind, number % 3))
        for kind in KINDS
        for number in range(5)
    ]
    columns = columns_of(entries)
    for place, kind in enumerate(KINDS):
        found = raw_values(columns, kind, np.arange(5 * place, 5 * place + 5))
        assert found[0] == found[3]
        assert found[1] == found[4]
        assert len(set(found.tolist())) == 3


def test_bytes_with_zeros_at_the_end_are_not_confused() -> None:
    values = [b"\x01" + b"\x00" * 15, b"\x01\x00\x01" + b"\x00" * 13, b"\x00" * 16]
    columns = columns_of(ListEntry(entry="x", kind="md5", value=value) for value in values)
    assert len(np.unique(raw_values(columns, "md5", np.arange(3)))) == 3


def test_films_differ_by_their_frames() -> None:
    frames = [bytes([number]) * 32 for number in range(3)]
    films = [frames[0] + frames[1], frames[0] + frames[2], frames[0] + frames[1], frames[0]]
    columns = columns_of(ListEntry(entry="x", kind="vpdq", value=film) for film in films)
    found = raw_values(columns, "vpdq", np.arange(4)).tolist()
    assert found[0] == found[2]
    assert len(set(found)) == 3


def test_no_rows_give_no_values() -> None:
    assert len(raw_values(columns_of(()), "pdq", np.arange(0))) == 0
