"""Where pictures end, by walking their parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.pictures import animation, encoded, landscape, moving, png_chunk
from tutela.detect.media.ends import PARTS_MAX, TooManyPartsError, gif_frames, picture_end, webp_size

KINDS = ("PNG", "GIF", "WEBP", "BMP", "AVIF")


@pytest.mark.parametrize("kind", KINDS)
def test_the_end_is_the_end_of_what_was_written(kind: str) -> None:
    data = encoded(landscape(2, 48, 40), kind)
    assert picture_end(kind.lower(), memoryview(data)) == len(data)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP"])
def test_what_follows_does_not_move_the_end(kind: str) -> None:
    data = encoded(landscape(2, 48, 40), kind)
    assert picture_end(kind.lower(), memoryview(data + b"PK\x03\x04 more")) == len(data)


def test_a_tiff_has_no_end() -> None:
    assert picture_end("tiff", memoryview(encoded(landscape(2, 48, 40), "TIFF"))) == -1


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_picture_that_is_cut_has_no_end(kind: str) -> None:
    data = encoded(landscape(2, 48, 40), kind)
    assert picture_end(kind.lower(), memoryview(data[: len(data) // 2])) == -1


def test_absurdly_many_parts_are_refused() -> None:
    data = b"\x89PNG\r\n\x1a\n" + png_chunk(b"tEXt", b"") * (PARTS_MAX + 1)
    with pytest.raises(TooManyPartsError):
        picture_end("png", memoryview(data))


def test_frames_of_a_gif_are_counted_without_decoding() -> None:
    assert gif_frames(memoryview(animation("GIF", moving(landscape(1, 32, 24), 5)))) == 5
    assert gif_frames(memoryview(b"GIF89a")) == 0


@pytest.mark.parametrize("options", [{"quality": 50}, {"lossless": True}, {"exif": Image.Exif()}])
def test_the_size_of_a_webp_is_read_from_its_head(options: dict[str, object]) -> None:
    assert webp_size(encoded(landscape(3, 96, 64), "WEBP", **options)[:64]) == (96, 64)


def test_the_canvas_of_an_animated_webp_is_read_from_its_head() -> None:
    assert webp_size(animation("WEBP", moving(landscape(3, 96, 64)))[:64]) == (96, 64)
    assert webp_size(b"RIFF") is None


def test_a_box_that_announces_more_than_there_is_ends_with_the_data() -> None:
    assert picture_end("avif", memoryview(b"\0\0\0\x0aftyp")) == 8


@given(st.sampled_from(["png", "gif", "webp", "bmp", "avif", "heic", "jpeg"]), st.binary(max_size=300))
def test_any_bytes_are_walked_without_a_fault(kind: str, data: bytes) -> None:
    assert -1 <= picture_end(kind, memoryview(data)) <= len(data) + 1
