"""Which rows are in force."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from tests.detect.matching.making import NOW, entry, value
from tutela.detect.matching.memory import MemoryPart
from tutela.detect.matching.parts import alive_rows, valid_rows


def test_removed_rows_do_not_stand() -> None:
    rows = np.array([1, 2, 3], "<u4")
    assert alive_rows(rows, set()).tolist() == [True, True, True]
    assert alive_rows(rows, {2}).tolist() == [True, False, True]


def test_an_entry_is_in_force_from_its_first_moment_to_before_its_last() -> None:
    part = MemoryPart(50)
    moment = timedelta(microseconds=1)
    for begin, end in ((None, None), (NOW, None), (NOW + moment, None), (None, NOW), (None, NOW + moment)):
        part.add(entry("a", "md5", value(1, 16), valid_from=begin, valid_to=end))
    rows = np.arange(5, dtype="<u4")
    assert valid_rows(part, rows, NOW).tolist() == [True, True, False, False, True]
    part.dead.add(0)
    assert valid_rows(part, rows, NOW).tolist() == [False, True, False, False, True]
