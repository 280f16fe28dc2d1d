"""The names of the further parts of an E01 image, and which of them are opened."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from tutela.detect.scan.segments import further_segments, open_segments


def test_segments_are_counted_to_99_and_then_in_letters() -> None:
    names = list(itertools.islice(further_segments("case.E01"), 102))
    assert names[0] == "case.E02"
    assert names[97:101] == ["case.E99", "case.EAA", "case.EAB", "case.EAC"]


def test_after_ezz_comes_faa() -> None:
    names = list(further_segments("case.E01"))
    assert names[names.index("case.EZZ") + 1] == "case.FAA"
    assert names[-1] == "case.ZZZ"


def test_small_letters_stay_small() -> None:
    assert next(further_segments("case.e01")) == "case.e02"


@pytest.mark.parametrize("name", ["case.E02", "case.dd", "E01", "case"])
def test_other_names_have_no_further_segments(name: str) -> None:
    assert list(further_segments(name)) == []


def test_segments_are_opened_up_to_the_first_that_is_missing(tmp_path: Path) -> None:
    for number in (1, 2, 3, 5):
        (tmp_path / f"case.E{number:02d}").write_bytes(b"%d" % number)
    with open_segments(str(tmp_path / "case.E01")) as fds:
        assert [os.pread(fd, 9, 0) for fd in fds] == [b"2", b"3"]
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fds[0])
