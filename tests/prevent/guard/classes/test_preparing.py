"""Pixels become numbers exactly as the card says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.prevent.guard.classes.making import card
from tutela.prevent.guard.classes.jpeg_trip import through_jpeg
from tutela.prevent.guard.classes.preparing import prepared

SQUARE = np.random.default_rng(5).integers(0, 256, (256, 256, 3), np.uint8)
PLAIN = replace(card().input, side_pixels=256, crop_pixels=256)


def test_layouts() -> None:
    assert np.array_equal(prepared(SQUARE, PLAIN)[0], SQUARE.transpose(2, 0, 1))
    upright = prepared(SQUARE, replace(PLAIN, layout="nhwc"))
    assert np.array_equal(upright[0], SQUARE)
    assert upright.dtype == np.float32
    assert upright.flags.c_contiguous


def test_open_nsfw_as_its_card_says() -> None:
    wanted = replace(
        PLAIN, layout="nhwc", colours="bgr", crop_pixels=224, jpeg_quality=75, mean=(104.0, 117.0, 123.0)
    )
    blurred = np.kron(SQUARE[:16, :16], np.ones((16, 16, 1), np.uint8))
    expected = through_jpeg(blurred, 75)[16:240, 16:240, ::-1].astype(np.float32) - (104, 117, 123)
    assert np.allclose(prepared(blurred, wanted)[0], expected)


def test_the_mean_goes_before_the_divisor() -> None:
    wanted = replace(PLAIN, layout="nhwc", mean=(1.0, 2.0, 3.0), divisor=(2.0, 4.0, 8.0))
    assert np.allclose(prepared(SQUARE, wanted)[0], (SQUARE - np.array([1.0, 2, 3])) / (2, 4, 8))
