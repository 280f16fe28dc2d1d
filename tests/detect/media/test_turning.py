"""Orientation and scale as operators, against pictures that were really turned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from tests.pictures import landscape
from tutela.arithmetic.pdq import finish, reduce_luma
from tutela.detect.media.turning import (
    TURNS,
    Geometry,
    reduced_size,
    shown_luma,
    shown_pixels,
    turned_operator,
)


def turned(picture: Image.Image, orientation: int) -> Image.Image:
    """``picture`` as a viewer shows it with this EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    marked = picture.copy()
    marked.info["exif"] = exif.tobytes()
    return ImageOps.exif_transpose(marked)


@pytest.mark.parametrize("orientation", sorted(TURNS))
@pytest.mark.parametrize("size", [(320, 200), (641, 487), (130, 65)])
def test_the_operators_of_a_turn_equal_the_turned_picture(orientation: int, size: tuple[int, int]) -> None:
    picture = landscape(11, *size)
    really = np.asarray(turned(picture, orientation))
    geometry = Geometry(width=size[0], height=size[1], orientation=orientation)
    luma = shown_luma(np.asarray(picture), geometry)
    assert geometry.shown_size == (really.shape[1], really.shape[0])
    assert np.abs(luma - reduce_luma(really)).max() < 0.01
    assert finish(luma) == finish(reduce_luma(really))
    assert np.array_equal(shown_pixels(np.asarray(picture), orientation), really)


@given(st.integers(16, 3_000), st.sampled_from([1, 2, 4, 8]))
def test_rows_of_a_reversed_operator_sum_to_one(full_size: int, eighths: int) -> None:
    operator = turned_operator(full_size, eighths, reverse=True)
    assert operator.size == reduced_size(full_size, eighths)
    sums = [operator.weights[row, : operator.lengths[row]].sum() for row in range(64)]
    assert np.allclose(sums, 1.0, atol=1e-5)
    assert (operator.starts + operator.lengths <= operator.size).all()


@given(st.integers(16, 3_000))
def test_reversing_twice_is_the_operator_itself(full_size: int) -> None:
    straight = turned_operator(full_size, 8, reverse=False)
    reverse = turned_operator(full_size, 8, reverse=True)
    assert np.array_equal(reverse.starts, full_size - straight.starts - straight.lengths)
    assert np.array_equal(reverse.lengths, straight.lengths)


@pytest.mark.parametrize("eighths", [1, 2, 4])
def test_a_box_reduced_picture_has_the_hash_of_the_full_one(eighths: int) -> None:
    picture = landscape(12, 2_051, 1_537)
    small = np.asarray(picture.reduce(8 // eighths))
    for orientation in (1, 6):
        geometry = Geometry(width=2_051, height=1_537, eighths=eighths, orientation=orientation)
        full = reduce_luma(np.asarray(turned(picture, orientation)))
        assert np.abs(shown_luma(small, geometry) - full).max() < 4.0
