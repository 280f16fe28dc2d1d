"""Every picture carries its mark in every layout, and comes back in forms that differ in bytes."""

from __future__ import annotations

import io
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from tutela.demo.guard.marks import Kind, look
from tutela.demo.guard.pictures import FORMS, HEIGHT, LAYOUTS, WIDTH, Form, Picture
from tutela.detect.media.sniff import sniff

KINDS: tuple[Kind, ...] = get_args(Kind)


def last_frame(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        opened.seek(getattr(opened, "n_frames", 1) - 1)
        return opened.convert("RGB")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_mark_survives_every_layout(kind: Kind, layout: str) -> None:
    content = Picture(kind=kind, number=3, form="re-encoded", turn=1).encoded(layout)
    seen = look(np.asarray(last_frame(content).resize((WIDTH, HEIGHT))))
    assert [one for one in KINDS if seen.shows(one)] == [kind]


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if "moving" in name or name == "apng"])
def test_a_moving_one_begins_harmlessly(layout: str) -> None:
    content = Picture(kind="known", number=3).encoded(layout)
    with Image.open(io.BytesIO(content)) as opened:
        assert getattr(opened, "n_frames", 1) == 2
        first = look(np.asarray(opened.convert("RGB")))
    assert not any(first.shows(kind) for kind in KINDS)


@pytest.mark.parametrize("layout", ["jpeg", "png", "gif", "webp", "avif", "bmp"])
def test_a_layout_is_what_it_is_called(layout: str) -> None:
    assert sniff(Picture(kind="benign", number=1).encoded(layout)[:4096]) == layout


def test_exact_ones_are_the_same_and_others_differ_from_turn_to_turn() -> None:
    def contents(form: Form) -> set[bytes]:
        turns = (Picture(kind="known", number=1, form=form, turn=turn) for turn in (0, 1, 7))
        return {one.encoded("jpeg") for one in turns}

    assert [len(contents(form)) for form in FORMS] == [1, 3, 3, 3]


def test_a_mirrored_one_is_mirrored_and_a_resized_one_has_another_size() -> None:
    one = Picture(kind="known", number=2)
    mirrored = Picture(kind="known", number=2, form="mirrored").drawn()
    assert np.array_equal(np.asarray(mirrored)[:, ::-1], np.asarray(one.drawn()))
    sizes = {Picture(kind="known", number=2, form="resized", turn=turn).drawn().size for turn in range(16)}
    assert len(sizes) > 10 and min(sizes)[0] < WIDTH < max(sizes)[0]
