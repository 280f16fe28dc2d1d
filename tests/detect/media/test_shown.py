"""Names, crops and distinct frames of shown forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.pictures import landscape
from tutela.arithmetic.pdq import reduce_luma
from tutela.detect.media.shapes import WEB, Ask, ShownForm
from tutela.detect.media.shown import Shower, centred_crop, check_size, free_bytes
from tutela.detect.media.squashing import squashed
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.turning import Geometry

PIXELS = np.asarray(landscape(13, 400, 300))
WHOLE = Geometry(width=400, height=300)
RED, GREEN = (np.full((64, 64, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 102, 0)))


def shown(ask: Ask, *frames: tuple[int, int, str]) -> list[ShownForm]:
    """Forms of (frame number, brightness, ground)."""
    forms: list[ShownForm] = []
    shower = Shower(ask=ask, emit=forms.append, several=True)
    for number, level, ground in frames:
        shower.show(number, np.full((64, 64), level, np.uint8), Geometry(width=64, height=64), ground=ground)
    return forms


def test_a_frame_that_was_seen_is_left_out() -> None:
    forms = shown(Ask(), (0, 10, ""), (1, 20, ""), (2, 10, ""))
    assert [form.form for form in forms] == ["f0/r0", "f1/r0"]


def test_grounds_are_forms_of_their_own() -> None:
    forms = shown(Ask(), (0, 10, "white"), (0, 10, "black"))
    assert [form.form for form in forms] == ["f0/r0/white", "f0/r0/black"]


def test_crops_follow_their_form_and_come_from_full_pixels() -> None:
    forms: list[ShownForm] = []
    shower = Shower(ask=Ask(crops_percent=(5, 10)), emit=forms.append)
    shower.show(0, PIXELS, WHOLE)
    assert [form.form for form in forms] == ["f0/r0", "f0/r0/c5", "f0/r0/c10"]
    assert (forms[2].full_width, forms[2].full_height) == (320, 240)
    assert np.array_equal(forms[2].luma64, reduce_luma(PIXELS[30:270, 40:360]))


def test_pixels_come_only_when_asked_for_and_as_shown() -> None:
    forms: list[ShownForm] = []
    turned = replace(WHOLE, orientation=6)
    Shower(ask=Ask(pixels=True), emit=forms.append).show(0, PIXELS[..., 0], turned)
    assert forms[0].pixels is not None
    assert forms[0].pixels.shape == (400, 300, 3)
    assert np.array_equal(forms[0].pixels[:, :, 1], np.rot90(PIXELS[..., 0], -1))
    Shower(ask=Ask(), emit=forms.append).show(0, PIXELS, WHOLE)
    assert forms[1].pixels is None


def test_squashed_pixels_are_shown_the_right_way_round() -> None:
    forms: list[ShownForm] = []
    Shower(ask=Ask(pixels=True, pixels_side=32), emit=forms.append).show(
        0, PIXELS, replace(WHOLE, orientation=6)
    )
    assert forms[0].pixels is not None
    assert np.array_equal(forms[0].pixels, np.rot90(squashed(PIXELS, 32), -1))


def test_frames_that_differ_in_colour_alone_are_forms_where_colour_is_asked_for() -> None:
    def seen(ask: Ask) -> int:
        forms: list[ShownForm] = []
        shower = Shower(ask=ask, emit=forms.append, several=True)
        shower._is_new(np.zeros((64, 64), np.float32), RED, "")
        return 1 + shower._is_new(np.zeros((64, 64), np.float32), GREEN, "")

    assert seen(Ask()) == 1
    assert seen(Ask(pixels=True)) == 1
    assert seen(Ask(pixels=True, pixels_side=8)) == 2


def test_a_crop_of_a_reduced_picture_lies_on_its_blocks() -> None:
    geometry = Geometry(width=1_601, height=1_201, eighths=4)
    small, inner = centred_crop(np.zeros((601, 801), np.uint8), geometry, 10)
    assert (inner.width, inner.height) == (1_281, 961)
    assert small.shape == (481, 641)


def test_a_tiny_picture_is_not_cropped_away() -> None:
    cropped, inner = centred_crop(np.zeros((5, 5), np.uint8), Geometry(width=5, height=5), 15)
    assert cropped.shape == (5, 5)
    assert (inner.width, inner.height) == (5, 5)


@pytest.mark.parametrize(
    ("size", "code"), [((0, 5), "broken"), ((70_000, 5), "side"), ((9_000, 9_000), "pixels")]
)
def test_a_size_over_a_limit_is_a_trouble(size: tuple[int, int], code: str) -> None:
    with pytest.raises(DecodeTrouble) as found:
        check_size(*size, Ask())
    assert found.value.code == code
    check_size(5_000, 10_000, Ask())


def test_a_smaller_worker_leaves_less_room() -> None:
    assert 0 < free_bytes(replace(WEB, worker_bytes_max=256 << 20)) < free_bytes(WEB) < WEB.worker_bytes_max
