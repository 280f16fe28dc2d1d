"""The pictures that tests use are what their names say."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.pictures import EVERY_FORMAT, every_format, interlaced_png, landscape

ENCODED = dict(every_format())


@pytest.mark.parametrize("name", sorted(EVERY_FORMAT))
def test_picture_opens_and_shows_its_first_frame(name: str) -> None:
    picture = Image.open(io.BytesIO(ENCODED[name]))
    picture.load()
    assert ImageOps.exif_transpose(picture).size == (200, 150)


@pytest.mark.parametrize("name", [name for name in EVERY_FORMAT if name.endswith(("animated", "pages"))])
def test_animation_has_three_frames(name: str) -> None:
    assert getattr(Image.open(io.BytesIO(ENCODED[name])), "n_frames", 1) == 3


def test_interlaced_png_is_interlaced_and_whole() -> None:
    picture = landscape(4, 33, 21)
    data = interlaced_png(picture)
    assert data[28] == 1
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), np.asarray(picture))


def test_icc_picture_carries_a_profile_that_changes_colours() -> None:
    from PIL import ImageCms

    picture = Image.open(io.BytesIO(ENCODED["jpeg-icc"]))
    wide = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    shown = ImageCms.profileToProfile(picture, wide, ImageCms.createProfile("sRGB"))
    assert shown is not None
    assert np.abs(np.asarray(shown, int) - np.asarray(picture, int)).mean() > 2
