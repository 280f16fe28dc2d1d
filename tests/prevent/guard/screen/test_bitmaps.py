from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.prevent.guard.screen.desktops import picture, rect
from tutela.prevent.guard.screen import bitmaps
from tutela.prevent.guard.screen.bitmaps import bitmap
from tutela.prevent.guard.screen.shapes import part


@pytest.mark.parametrize("width", [64, 65, 66, 67])
def test_the_file_holds_the_pixels(width: int) -> None:
    block = part(picture(), rect(3, 5, width, 70))
    read = Image.open(io.BytesIO(bitmap(block)))
    assert read.format == "BMP" and np.array_equal(np.asarray(read.convert("RGB")), block[..., 2::-1])


def test_a_very_large_part_is_reduced_to_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitmaps, "PIXELS_MAX", 20_000)
    block = picture(1, 320, 241)
    read = Image.open(io.BytesIO(bitmap(block)))
    assert read.size == (160, 120)
    mean = block[:2, :2, 2::-1].reshape(4, 3).mean(axis=0)
    assert np.abs(np.asarray(read)[0, 0] - mean).max() <= 1
