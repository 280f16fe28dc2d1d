"""A desk: what is laid on it can be read by who has its descriptor, and changed by the parent alone."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.desk import PLACE_BYTES, PLACES, Desk

pytestmark = pytest.mark.needs("linux")


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


@given(
    files=st.lists(st.lists(st.binary(max_size=60), max_size=4), min_size=1, max_size=2 * PLACES),
    first=st.integers(0, 10_000),
)
def test_the_last_files_lie_there_whole(desk: Desk, files: list[list[bytes]], first: int) -> None:
    begins = [desk.lay(first + number, pieces) for number, pieces in enumerate(files)]
    for begin, pieces in list(zip(begins, files, strict=True))[-PLACES:]:
        whole = b"".join(pieces)
        assert os.pread(desk.fd, len(whole), begin) == whole


def test_the_largest_file_touches_no_other(desk: Desk) -> None:
    for number in range(PLACES):
        desk.lay(number, [bytes([number]) * PLACE_BYTES])
    for number in range(PLACES):
        assert set(os.pread(desk.fd, PLACE_BYTES, number * PLACE_BYTES)) == {number}


def test_a_file_that_is_too_large_is_not_laid(desk: Desk) -> None:
    desk.lay(0, [b"before"])
    with pytest.raises(ValueError, match="too large"):
        desk.lay(0, [b"x" * PLACE_BYTES, b"x"])
    assert os.pread(desk.fd, 6, 0) == b"before"


def test_who_has_the_descriptor_can_only_read(desk: Desk) -> None:
    with pytest.raises(OSError):
        os.pwrite(desk.fd, b"x", 0)
    with pytest.raises(OSError):
        mmap.mmap(desk.fd, PLACE_BYTES)
    with pytest.raises(OSError):
        os.truncate(desk.fd, 0)


def test_nor_does_a_way_around_the_descriptor_lead_to_writing(desk: Desk) -> None:
    again = os.open(f"/proc/self/fd/{desk.fd}", os.O_RDWR)  # as its owner may
    try:
        with pytest.raises(PermissionError):
            os.pwrite(again, b"x", 0)
        with pytest.raises(PermissionError):
            mmap.mmap(again, PLACE_BYTES)
        with pytest.raises(PermissionError):
            os.ftruncate(again, 0)
    finally:
        os.close(again)


def test_it_can_be_closed_twice() -> None:
    one = Desk()
    one.close()
    one.close()
    assert one.fd == -1
