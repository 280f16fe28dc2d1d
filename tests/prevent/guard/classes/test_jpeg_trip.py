"""The losses of a JPEG, against Pillow's own encoder and decoder."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.pictures import landscape
from tutela.prevent.guard.classes.jpeg_trip import through_jpeg


@pytest.mark.parametrize("quality", [30, 75, 90])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_losses_are_those_of_a_jpeg(seed: int, quality: int) -> None:
    picture = landscape(seed, 256, 256)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    expected = np.asarray(Image.open(out), np.int16)
    difference = np.abs(through_jpeg(np.asarray(picture), quality).astype(np.int16) - expected)
    assert difference.mean() < 0.8
    assert np.percentile(difference, 99) <= 8  # a coefficient of colour that was rounded the other way
    assert np.abs(np.asarray(picture, np.int16) - expected).mean() > 2 * difference.mean()


def test_one_colour_comes_through_within_a_level() -> None:
    plain = np.full((32, 32, 3), (200, 90, 40), np.uint8)
    assert np.abs(through_jpeg(plain, 75).astype(int) - plain).max() <= 3
