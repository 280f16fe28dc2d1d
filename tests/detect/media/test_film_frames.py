"""One frame: which plane is hashed, and how a display matrix turns it."""

from __future__ import annotations

import struct

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.media.film_files import scene
from tutela.detect.media.film_frames import (
    luma_plane,
    parse_display_matrix,
    rgb_pixels,
    show,
    shown_rgb,
    tiny_film,
)
from tutela.detect.media.turning import shown_pixels

ONE = 1 << 16


def matrix(a: int, b: int, c: int, d: int) -> bytes:
    return struct.pack("=9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_display_matrix_means_the_exif_orientation_that_shows_the_same(orientation: int) -> None:
    stored = np.arange(6, dtype=np.uint8).reshape(2, 3)
    shown = shown_pixels(stored, orientation)
    for a, b, c, d in [(s, 0, 0, t) for s in (1, -1) for t in (1, -1)] + [
        (0, s, t, 0) for s in (1, -1) for t in (1, -1)
    ]:
        if parse_display_matrix(matrix(a * ONE, b * ONE, c * ONE, d * ONE)) == orientation:
            assert np.array_equal(moved(stored, a, b, c, d), shown)
            return
    pytest.fail("no matrix gives this orientation")


def moved(stored: np.ndarray, a: int, b: int, c: int, d: int) -> np.ndarray:
    """Every pixel (x, y) at (a x + c y, b x + d y), the corner brought back to the origin."""
    places = {
        (a * x + c * y, b * x + d * y): stored[y, x]
        for y in range(stored.shape[0])
        for x in range(stored.shape[1])
    }
    left, top = min(x for x, _ in places), min(y for _, y in places)
    out = np.zeros((max(y for _, y in places) - top + 1, max(x for x, _ in places) - left + 1), np.uint8)
    for (x, y), value in places.items():
        out[y - top, x - left] = value
    return out


@given(st.binary(max_size=40))
def test_any_matrix_gives_an_orientation(data: bytes) -> None:
    assert parse_display_matrix(data) in range(1, 9)


def test_the_luma_plane_is_a_view_without_the_padding_of_its_rows() -> None:
    frame = av.VideoFrame.from_ndarray(scene(1, 322, 200), format="rgb24").reformat(format="yuv420p")
    plane = luma_plane(frame)
    assert plane.shape == (200, 322)
    assert plane.base is not None
    assert frame.planes[0].line_size > 322


def test_luma_and_rgb_give_nearly_the_same_reduction() -> None:
    rgb = av.VideoFrame.from_ndarray(scene(2), format="rgb24")
    full_range = rgb.reformat(format="yuvj420p")
    from_luma, from_rgb = show(full_range, 10**7), show(rgb, 10**7)
    assert (from_luma.width, from_luma.height, from_luma.clip_flags) == (320, 240, 0)
    assert np.abs(from_luma.luma64 - from_rgb.luma64).mean() < 1.5


def test_limited_range_is_flagged() -> None:
    frame = av.VideoFrame.from_ndarray(scene(2), format="rgb24").reformat(format="yuv420p")
    assert show(frame, 10**7).clip_flags == 4


def test_rgb_is_reduced_to_the_pixels_that_are_allowed() -> None:
    frame = av.VideoFrame.from_ndarray(scene(2), format="rgb24")
    assert rgb_pixels(frame, 320 * 240).shape == (240, 320, 3)
    assert rgb_pixels(frame, 160 * 120).shape == (120, 160, 3)
    assert shown_rgb(frame, 1).shape == (1, 1, 3)


def test_the_warm_up_film_decodes() -> None:
    with av.open(tiny_film(), "r") as film:
        assert len(list(film.decode(video=0))) == 2
