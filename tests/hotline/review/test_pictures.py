"""Tiles as pictures: grey, in proportion, no sharper than they are."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tutela.hotline.review.pictures import SHOWN_PIXELS, data_address, enlarged
from tutela.kernel.opener.tiles import SIDE, Tile

SLOPE = bytes(np.tile(np.arange(SIDE, dtype=np.uint8) * 4, SIDE))


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [(640, 480, (256, 192)), (480, 640, (192, 256)), (10_000, 10, (256, 32)), (1, 1, (256, 256))],
)
def test_a_tile_is_a_grey_png_in_its_proportions(width: int, height: int, shown: tuple[int, int]) -> None:
    address = data_address(Tile(width=width, height=height, luma=SLOPE))
    head, _, body = address.partition(",")
    assert head == "data:image/png;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(body)))
    assert (picture.mode, picture.size) == ("L", shown)


def test_between_samples_it_is_evened_out() -> None:
    picture = enlarged(Tile(width=1, height=1, luma=SLOPE)).astype(int)
    assert picture.shape == (SHOWN_PIXELS, SHOWN_PIXELS)
    assert np.abs(np.diff(picture, axis=1)).max() <= 2
    assert np.abs(np.diff(picture, axis=0)).max() == 0
