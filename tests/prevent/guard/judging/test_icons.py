"""Icon files are taken apart into files that the sandbox can open."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import IcoImagePlugin, Image

from tests.detect.media.opening import decode
from tests.pictures import encoded, landscape
from tutela.prevent.guard.judging import icons

PICTURE = landscape(71, 128, 128)
assert IcoImagePlugin.IcoImageFile.format == "ICO"  # importing it lets Pillow write and read them


def icon_of(
    picture: Image.Image = PICTURE, *, bitmap: bool = False, sizes: tuple[int, ...] = (64, 128)
) -> bytes:
    """An icon file as Pillow writes it."""
    format_ = {"bitmap_format": "bmp"} if bitmap else {}
    return encoded(picture, "ICO", sizes=[(side, side) for side in sizes], **format_)


@pytest.mark.parametrize("bitmap", [False, True], ids=["png", "bmp"])
def test_every_size_of_an_icon_is_a_picture(bitmap: bool) -> None:
    parts = icons.pictures(icon_of(bitmap=bitmap))
    assert icons.is_icon(icon_of())
    assert sorted(decode(part)[0].width for part in parts) == [64, 128]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1", "L"])
def test_a_bitmap_inside_an_icon_shows_the_same_picture(mode: str) -> None:
    (part,) = icons.pictures(icon_of(PICTURE.convert(mode), bitmap=True, sizes=(64,)))
    with Image.open(io.BytesIO(icon_of(PICTURE.convert(mode), bitmap=True, sizes=(64,)))) as whole:
        expected = whole.convert("RGB")
    with Image.open(io.BytesIO(part)) as alone:
        assert alone.convert("RGB").tobytes() == expected.tobytes()


def test_a_cursor_is_an_icon() -> None:
    cursor = b"\0\0\2\0" + icon_of()[4:]
    assert icons.is_icon(cursor)
    assert len(icons.pictures(cursor)) == 2


@pytest.mark.parametrize("count", [0, icons.ENTRIES_MAX + 1, 65_535])
def test_no_pictures_or_too_many_are_an_error(count: int) -> None:
    with pytest.raises(ValueError):
        icons.pictures(b"\0\0\1\0" + struct.pack("<H", count) + icon_of()[6:] + bytes(16 * 70))


def test_a_picture_outside_of_the_file_is_an_error() -> None:
    whole = icon_of()
    with pytest.raises(ValueError):
        icons.pictures(whole[:-1])
    with pytest.raises(ValueError):
        icons.pictures(whole[:14] + struct.pack("<II", 0, 50) + whole[22:])


@given(st.binary(max_size=400))
def test_any_bytes_are_taken_apart_or_an_error(untrusted: bytes) -> None:
    try:
        parts = icons.pictures(b"\0\0\1\0" + untrusted)
    except ValueError:
        return
    assert parts
    assert all(part.startswith((b"\x89PNG", b"BM")) for part in parts)
