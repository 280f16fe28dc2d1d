"""Any mode to 8-bit sRGB."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.icc import wide_gamut_profile
from tests.pictures import landscape, with_hole
from tutela.detect.media import colour

PICTURE = landscape(14, 203, 151)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_a_profile_that_changes_nothing_is_srgb() -> None:
    assert colour.is_srgb(b"")
    assert colour.is_srgb(SRGB)
    assert colour.is_srgb(b"this is no profile")
    assert not colour.is_srgb(wide_gamut_profile())


def test_a_wide_profile_is_brought_to_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    wide = colour.to_srgb(PICTURE, wide_gamut_profile())
    assert np.asarray(wide).std() > np.asarray(PICTURE).std()
    assert colour.to_srgb(PICTURE, SRGB) is PICTURE
    assert profile is not None


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LAB", "HSV"])
def test_every_mode_becomes_grey_or_rgb_as_pillow_shows_it(mode: str) -> None:
    stored = PICTURE.convert(mode) if mode != "LAB" else PICTURE.convert("RGB").convert("LAB")
    values = colour.array_of(colour.to_srgb(colour.reduced(stored, 8), b""))
    expected = np.asarray(stored.convert("L" if mode in ("1", "L") else "RGB"))
    assert np.array_equal(values, expected)


@pytest.mark.parametrize("sixteen", ["I;16", "I;16B", "I"])
def test_sixteen_bits_keep_their_high_byte(sixteen: str) -> None:
    grey = np.asarray(PICTURE.convert("L"))
    if sixteen == "I":
        stored = Image.fromarray(grey.astype(np.int32) * 257)
    else:
        stored = Image.frombytes(
            sixteen, PICTURE.size, (grey.astype("<u2" if sixteen == "I;16" else ">u2") * 257).tobytes()
        )
    assert np.array_equal(np.asarray(colour.reduced(stored, 8)), grey)


def test_floats_are_read_by_the_range_they_use() -> None:
    grey = np.asarray(PICTURE.convert("L"))
    for stored in (Image.fromarray(grey.astype(np.float32)), Image.fromarray(grey.astype(np.float32) / 255)):
        difference = np.asarray(colour.reduced(stored, 8)).astype(int) - grey
        assert np.abs(difference).max() <= 1
    strange = Image.fromarray(np.full((4, 4), np.nan, np.float32))
    assert np.asarray(colour.reduced(strange, 8)).max() == 0


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (PICTURE, 8),
        (PICTURE.convert("P"), 8),
        (PICTURE.convert("1"), 8),
        (PICTURE.convert("RGBA"), 4),
        (PICTURE.convert("CMYK"), 4),
        (Image.fromarray(np.zeros((151, 203), np.uint16)), 4),
    ],
)
def test_only_what_needs_conversion_is_reduced_before_it(stored: Image.Image, expected: int) -> None:
    assert colour.reduction_for(stored, b"", pixels_max=10_000) == expected
    assert colour.reduction_for(stored, b"", pixels_max=1_000_000) == 8
    assert colour.reduction_for(stored, b"icc", pixels_max=10_000) == 4


@pytest.mark.parametrize("eighths", [1, 2, 4])
def test_strips_give_the_same_as_the_whole(eighths: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = with_hole(PICTURE).convert("RGBA")
    whole = stored.reduce(8 // eighths)
    monkeypatch.setattr(colour, "STRIP_ROWS", 16)
    strips = colour.reduced(stored, eighths)
    assert strips.size == whole.size
    assert np.array_equal(np.asarray(strips), np.asarray(whole))


def test_a_large_picture_is_copied_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colour, "_WHOLE_PIXELS_MAX", 100)
    monkeypatch.setattr(colour, "STRIP_ROWS", 16)
    for stored in (PICTURE, PICTURE.convert("L"), PICTURE.convert("P")):
        expected = np.asarray(stored if stored.mode != "P" else stored.convert("RGB"))
        assert np.array_equal(colour.array_of(stored), expected)


def test_grounds_show_through() -> None:
    hole = with_hole(PICTURE)
    white, black = (np.asarray(colour.on_ground(hole, ground)) for ground in ("white", "black"))
    row, column = PICTURE.height * 2 // 5, PICTURE.width * 2 // 5
    assert white[row, column].tolist() == [255, 255, 255]
    assert black[row, column].tolist() == [0, 0, 0]


def test_transparency_and_hidden_pictures_are_seen() -> None:
    assert colour.is_transparent(with_hole(PICTURE))
    assert not colour.is_transparent(PICTURE.convert("RGBA"))
    hidden = PICTURE.convert("RGBA")
    hidden.putalpha(0)
    assert colour.hides_colour(hidden)
    assert not colour.hides_colour(Image.new("RGBA", (8, 8), (9, 9, 9, 0)))


def test_a_key_colour_counts_as_alpha() -> None:
    stored = PICTURE.copy()
    stored.info["transparency"] = (1, 2, 3)
    assert colour.has_alpha(stored)
    assert colour.reduced(stored, 8).mode == "RGBA"
