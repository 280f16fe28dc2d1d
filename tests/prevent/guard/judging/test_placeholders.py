"""Placeholders are whole pictures of two greys, or a line."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.detect.media.opening import decode
from tutela.prevent.guard.judging.placeholders import (
    GREYS,
    PICTURE_KINDS,
    SIDE_PIXELS,
    TEXT_LINE,
    placeholder,
)


def pixels(kind: str) -> Image.Image:
    with Image.open(io.BytesIO(placeholder(kind).content)) as picture:
        return picture.convert("RGB")


@pytest.mark.parametrize("kind", sorted(PICTURE_KINDS))
def test_a_picture_gives_way_to_a_small_grey_one(kind: str) -> None:
    made = placeholder(kind)
    assert made.media_type == ("image/gif" if kind == "gif" else "image/png")
    assert len(made.content) < 400
    assert decode(made.content)[0].container == made.media_type.removeprefix("image/")
    picture = pixels(kind)
    assert picture.size == (SIDE_PIXELS, SIDE_PIXELS)
    colours = picture.getcolors()
    assert colours is not None
    assert {colour for _, colour in colours} == set(GREYS)


def test_both_kinds_show_the_same_stripes() -> None:
    assert pixels("gif").tobytes() == pixels("png").tobytes()
    assert pixels("png").getpixel((0, 0)) == GREYS[0]
    assert pixels("png").getpixel((4, 0)) == GREYS[1]


@pytest.mark.parametrize("kind", ["html", "mp4", "", "unknown"])
def test_anything_else_gives_way_to_a_line(kind: str) -> None:
    made = placeholder(kind)
    assert made.media_type.startswith("text/plain")
    assert made.content.decode() == TEXT_LINE
