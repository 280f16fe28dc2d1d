"""Orientation of an Exif block, well-formed or not."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tutela.detect.media.exif import orientation_of


def block(order: str, entries: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """A TIFF block with one directory; ``order`` is ``<`` or ``>``."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(entries))
    table = b"".join(struct.pack(f"{order}HHIHxx", *entry) for entry in entries)
    return head + table + struct.pack(f"{order}I", following)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_read_in_both_byte_orders(order: str, orientation: int) -> None:
    assert orientation_of(block(order, [(0x0112, 3, 1, orientation)])) == (orientation, False)


def test_what_pillow_writes_is_read() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert orientation_of(exif.tobytes().removeprefix(b"Exif\0\0"))[0] == 6


def test_a_second_directory_is_a_preview() -> None:
    assert orientation_of(block("<", [(0x0112, 3, 1, 1)], following=99)) == (1, True)


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_an_impossible_orientation_is_upright(value: int) -> None:
    assert orientation_of(block("<", [(0x0112, 3, 1, value)]))[0] == 1


@given(st.binary(max_size=200))
def test_any_bytes_give_an_orientation(data: bytes) -> None:
    for start in (b"", b"II*\0", b"MM\0*"):
        assert orientation_of(start + data)[0] in range(1, 9)
