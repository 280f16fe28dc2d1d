"""Altered copies are what their names say, and pure functions of the picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from tutela.demo.copies import FURTHER_CROPS, THIRTEEN, TURNED_BACK, Variant, cut, exif_turned, mirrored
from tutela.demo.pictures import landscape

PICTURE = landscape(8, 200, 150)


def _opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize("variant", [*THIRTEEN, *FURTHER_CROPS], ids=lambda variant: variant.name)
def test_variant_gives_the_same_bytes_again_and_leaves_the_picture_alone(variant: Variant) -> None:
    before = PICTURE.tobytes()
    assert variant.of(PICTURE).data == variant.of(PICTURE).data
    assert PICTURE.tobytes() == before


def test_there_are_thirteen_variants_with_names_of_their_own() -> None:
    assert len({variant.name for variant in THIRTEEN}) == 13


@pytest.mark.parametrize(
    ("name", "mode", "kind", "size"),
    [
        ("grey", "L", "JPEG", (200, 150)),
        ("half size", "RGB", "JPEG", (100, 75)),
        ("opaque RGBA", "RGBA", "PNG", (200, 150)),
        ("1-bit", "1", "PNG", (200, 150)),
        ("palette PNG", "P", "PNG", (200, 150)),
        ("CMYK JPEG", "CMYK", "JPEG", (200, 150)),
        ("turned 90 degrees", "RGB", "JPEG", (150, 200)),
        ("10 % crop a side", "RGB", "JPEG", (160, 120)),
    ],
)
def test_variant_is_of_its_kind(name: str, mode: str, kind: str, size: tuple[int, int]) -> None:
    made = _opened(next(variant for variant in THIRTEEN if variant.name == name).of(PICTURE).data)
    assert (made.mode, made.format, made.size) == (mode, kind, size)


@pytest.mark.parametrize("orientation", sorted(TURNED_BACK))
def test_exif_turned_copy_is_shown_upright(orientation: int) -> None:
    shown = np.asarray(ImageOps.exif_transpose(_opened(exif_turned(PICTURE, orientation))), int)
    assert np.abs(shown - np.asarray(PICTURE, int)).mean() < 12


def test_mirrored_copy_mirrored_again_is_the_picture() -> None:
    back = np.asarray(ImageOps.mirror(_opened(mirrored(PICTURE))), int)
    assert np.abs(back - np.asarray(PICTURE, int)).mean() < 12


def test_cut_takes_percent_of_each_side() -> None:
    assert cut(PICTURE, left=10, bottom=20).size == (180, 120)
