"""The rounding of RGB, measured on a sample of rows, brings a frame nearer to what others hash."""

from __future__ import annotations

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tutela.arithmetic.pdq import finish
from tutela.detect.media.film_frames import luma_plane, rgb_pixels
from tutela.detect.media.film_rounding import PAIRS, hangs_on_rounding, rounded
from tutela.detect.media.turning import Geometry, shown_luma

LEVELS = np.float32(219 / 255)


def soft_frame(
    seed: int, width: int = 640, height: int = 480, pixel_format: str = "yuv420p"
) -> av.VideoFrame:
    """A frame of low contrast and much colour, whose coefficients crowd at the median."""
    random = np.random.default_rng(seed)
    field = np.cumsum(np.cumsum(random.normal(size=(height, width, 3)), 0), 1)
    field = (field - field.min()) / (field.max() - field.min())
    pixels = (90 + 70 * field + random.normal(size=field.shape)).clip(0, 255).astype(np.uint8)
    return av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=pixel_format)


def reductions(frame: av.VideoFrame, orientation: int = 1) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(from the luma plane, from all of RGB), both as shown."""
    geometry = Geometry(width=frame.width, height=frame.height, orientation=orientation)
    rgb = rgb_pixels(frame, 10**9)
    return shown_luma(luma_plane(frame), geometry), shown_luma(rgb, geometry)


def distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> int:
    return (int.from_bytes(finish(one)[0]) ^ int.from_bytes(finish(other)[0])).bit_count()


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_correction_brings_the_luma_nearer_to_that_of_rgb(orientation: int) -> None:
    before, after = [], []
    for seed in range(12):
        frame = soft_frame(seed)
        plain, rgb = reductions(frame, orientation)
        corrected = rounded(frame, plain, orientation, limited=True)
        wanted = rgb * LEVELS + 16
        before.append((np.std(plain - wanted), distance(plain, rgb)))
        after.append((np.std(corrected - wanted), distance(corrected, rgb)))
    assert np.mean([noise for noise, _ in after]) < 0.75 * np.mean([noise for noise, _ in before])
    assert sum(bits for _, bits in after) < sum(bits for _, bits in before)


def test_full_range_is_corrected_without_scaling() -> None:
    frame = soft_frame(1, pixel_format="yuvj420p")
    plain, rgb = reductions(frame)
    corrected = rounded(frame, plain, 1, limited=False)
    assert np.abs(corrected - rgb).mean() <= np.abs(plain - rgb).mean() + 0.05
    assert np.abs(corrected - rgb).max() < 1.5


@pytest.mark.parametrize(("width", "height"), [(64, 64), (66, 63), (641, 2 * PAIRS + 1), (320, 6)])
def test_small_and_odd_frames_are_sampled_whole(width: int, height: int) -> None:
    frame = soft_frame(2, width, height)
    plain, rgb = reductions(frame)
    corrected = rounded(frame, plain, 1, limited=True)
    assert corrected.shape == (64, 64)
    assert np.abs(corrected - (rgb * LEVELS + 16)).max() < 3


def test_only_crowded_coefficients_hang_on_rounding() -> None:
    random = np.random.default_rng(3)
    assert hangs_on_rounding(np.full((64, 64), 128, np.float32))
    assert not hangs_on_rounding(random.uniform(0, 255, (64, 64)).astype(np.float32) * 4)
