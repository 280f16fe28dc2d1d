"""Parts of an E01 image: names in libewf's order, up to the first gap."""

from __future__ import annotations

import os
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pytest

from tutela.detect.scan.sources.segments import open_segments, segment_endings


def test_endings_go_from_numbers_to_letters() -> None:
    endings = list(islice(segment_endings("E01"), 98 + 27))
    assert endings[:2] == ["E02", "E03"]
    assert endings[97:100] == ["E99", "EAA", "EAB"][:1] + ["EAA", "EAB"]
    assert endings[98 + 25 :] == ["EAZ", "EBA"]


def test_endings_of_a_lower_case_name_are_lower_case() -> None:
    assert list(islice(segment_endings("e01"), 99))[-1] == "eaa"


@pytest.mark.parametrize(("first", "others", "expected"), [
    ("c.E01", ["c.E02", "c.E03", "c.E05"], [b"c.E02", b"c.E03"]),
    ("c.E01", [], []),
    ("c.E02", ["c.E03"], []),
    ("c.dd", ["c.E02"], []),
])  # fmt: skip
def test_parts_are_opened_up_to_the_first_gap(
    tmp_path: Path, first: str, others: list[str], expected: list[bytes]
) -> None:
    for name in others:
        (tmp_path / name).write_bytes(name.encode())
    with ExitStack() as stack:
        opened = open_segments(str(tmp_path / first), stack)
        assert [os.pread(fd, 9, 0) for fd in opened] == expected
    for fd in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(fd)
