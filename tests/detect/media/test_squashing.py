"""Pixels squashed to a square."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.pictures import landscape
from tutela.detect.media.squashing import squashed


@pytest.mark.parametrize("size", [(300, 200), (40, 900), (2_001, 1_403), (3, 3)])
def test_the_square_is_the_whole_picture_bilinear(size: tuple[int, int]) -> None:
    picture = landscape(3, 300, 200).resize(size)
    got = squashed(np.asarray(picture), 32)
    whole = np.asarray(picture.resize((32, 32), Image.Resampling.BILINEAR), np.int16)
    assert got.shape == (32, 32, 3)
    assert got.dtype == np.uint8
    assert np.abs(got.astype(np.int16) - whole).max() <= 6


def test_a_small_picture_is_resampled_exactly() -> None:
    picture = landscape(4, 120, 90)
    whole = np.asarray(picture.resize((32, 32), Image.Resampling.BILINEAR))
    assert np.array_equal(squashed(np.asarray(picture), 32), whole)


def test_grey_and_turned_views_are_taken_as_they_are() -> None:
    grey = np.asarray(landscape(5, 400, 300).convert("L"))
    assert squashed(grey, 16).shape == (16, 16)
    assert np.array_equal(
        squashed(grey[::-1, ::-1], 16), squashed(np.ascontiguousarray(grey[::-1, ::-1]), 16)
    )
