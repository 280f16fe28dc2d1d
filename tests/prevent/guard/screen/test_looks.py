from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.pictures import encoded
from tests.prevent.guard.screen.desktops import frame, page, picture, plain, put, rect
from tutela.prevent.guard.classes.charts import chart
from tutela.prevent.guard.screen.looks import is_large, is_picture
from tutela.prevent.guard.screen.shapes import whole


@pytest.mark.parametrize("seed", range(12))
def test_pictures_are_pictures(seed: int) -> None:
    shown = picture(seed)
    assert is_picture(shown, whole(shown))
    small = Image.open(io.BytesIO(encoded(Image.fromarray(shown[..., 2::-1]), "JPEG", quality=40)))
    assert is_picture(frame(small), whole(shown))


def test_the_chart_of_the_stand_in_class_is_a_picture() -> None:
    shown = frame(Image.fromarray(chart(320, 240)))
    assert is_picture(shown, whole(shown))


@pytest.mark.parametrize("dark", [False, True])
def test_text_is_no_picture(dark: bool) -> None:
    shown = page(dark=dark)
    assert not is_picture(shown, whole(shown))
    assert not is_picture(shown, rect(12, 8, 300, 200))


def test_striped_tables_and_coloured_bars_are_no_picture() -> None:
    table = page()
    for row in range(0, 700, 34):
        block = table[row : row + 17, :, :3]
        block[(block == 255).all(axis=2)] = 235
    assert not is_picture(table, whole(table))
    bars = put(plain(), np.full((500, 300, 4), (200, 60, 10, 0), np.uint8), 20, 20)
    assert not is_picture(bars, whole(bars))
    assert not is_picture(plain(), whole(plain()))


def test_what_is_small_is_never_looked_at_and_what_is_large_is_veiled_first() -> None:
    shown = picture(1, 63, 300)
    assert not is_picture(shown, whole(shown))
    assert is_large(rect(0, 0, 160, 160)) and not is_large(rect(0, 0, 159, 900))
