"""Pictures through Pillow: frames, budgets, limits before decoding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.detect.media.opening import decode
from tests.pictures import animation, encoded, landscape, moving, with_hole
from tutela.detect.media.pictures_pillow import OPENERS, animation_budget
from tutela.detect.media.shapes import WEB, Ask
from tutela.detect.media.shown import BOX_REDUCED
from tutela.detect.media.sniff import PICTURES
from tutela.detect.media.troubles import DecodeTrouble

SMALL = landscape(41, 64, 48)


def refused(data: bytes, **limits: int) -> DecodeTrouble:
    """The trouble with ``data`` under changed limits."""
    with pytest.raises(DecodeTrouble) as found:
        decode(data, Ask(limits=replace(WEB, **limits)))
    return found.value


def test_every_picture_kind_but_heic_has_one_opener() -> None:
    assert set(OPENERS) == PICTURES - {"heic"}


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_frames_beyond_the_limit_are_left_out_and_reported(kind: str) -> None:
    data = animation(kind, moving(SMALL, 5))
    facts, forms = decode(data, Ask(limits=replace(WEB, frames_max=5)))
    assert (len(forms), facts.frames) == (5, 5)
    found = refused(data, frames_max=3)
    assert (found.kind, found.code) == ("refused", "frames")
    assert found.facts is not None
    assert found.facts.ambiguous == ("several_frames", "frames_left_out")


def test_equal_frames_are_one_form() -> None:
    first, second = moving(SMALL, 2)
    data = animation("TIFF", [first, second, first, second])
    facts, forms = decode(data)
    assert [form.form for form in forms] == ["f0/r0", "f1/r0"]
    assert facts.frames == 4


def test_frames_that_are_all_the_same_end_too() -> None:
    data = animation("TIFF", [SMALL] * 9)
    assert refused(data, frames_looked_max=5).code == "frames"


def test_an_animation_of_too_many_pixels_gives_its_first_frame() -> None:
    found = refused(animation("PNG", moving(SMALL, 3)), animation_pixels_max=64 * 48)
    assert (found.kind, found.code) == ("refused", "animation")
    assert found.facts is not None
    assert found.facts.frames == 1


def test_the_budget_of_an_animation_grows_with_its_bytes() -> None:
    assert animation_budget(1_000, 625_000_000) == 60_000_000
    assert animation_budget(1_000_000, 625_000_000) == 250_000_000
    assert animation_budget(1 << 30, 625_000_000) == 625_000_000
    assert animation_budget(1_000_000, 625_000_000, announced_pixels=300_000_000) == 60_000_000


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "GIF", "AVIF", "BMP"])
def test_limits_hold_for_every_kind(kind: str) -> None:
    data = encoded(SMALL, kind)
    assert refused(data, pixels_max=64 * 48 - 1).code == "pixels"
    assert refused(data, side_max=63).code == "side"
    assert len(decode(data, Ask(limits=replace(WEB, pixels_max=64 * 48)))[1]) == 1


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_what_cannot_fit_into_memory_is_refused_before_decoding(kind: str) -> None:
    assert refused(encoded(SMALL, kind), worker_bytes_max=120 << 20).code == "memory"


def test_alpha_above_the_limit_is_box_reduced() -> None:
    picture = with_hole(landscape(42, 801, 603))
    data = encoded(picture, "PNG")
    whole = decode(data)[1]
    small = decode(data, Ask(limits=replace(WEB, reduced_pixels_max=200_000)))[1]
    assert [form.form for form in small] == ["f0/r0/white", "f0/r0/black"]
    for one, other in zip(whole, small, strict=True):
        assert other.clip_flags == BOX_REDUCED
        assert (other.full_width, other.full_height) == (801, 603)
        assert np.abs(one.luma64 - other.luma64).max() < 8


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_the_orientation_of_every_kind_is_applied(kind: str) -> None:
    exif = landscape(43, 8, 8).getexif()
    exif[0x0112] = 6
    facts, forms = decode(encoded(SMALL, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {})))
    assert (facts.width, facts.height) == (48, 64)
    upright = decode(encoded(SMALL.rotate(-90, expand=True), "PNG"))[1]
    assert np.abs(forms[0].luma64 - upright[0].luma64).max() < 0.01


def test_run_length_bitmaps_are_decoded_only_when_small() -> None:
    data = bytearray(encoded(SMALL.convert("P"), "BMP"))
    data[30] = 1
    assert refused(bytes(data) + bytes(3 << 20)).code == "parts"
