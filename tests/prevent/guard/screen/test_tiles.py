from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevent.guard.screen.desktops import plain, rect
from tutela.prevent.guard.screen import tiles
from tutela.prevent.guard.screen.tiles import STRIDE, TILE


def test_without_a_frame_before_or_with_another_size_everything_has_changed() -> None:
    now = plain(200, 130)
    assert tiles.changed(None, now).all() and tiles.changed(None, now).shape == (3, 4)
    assert tiles.changed(plain(200, 131), now).all()


def test_nothing_has_changed_in_equal_frames() -> None:
    assert not tiles.changed(plain(200, 130), plain(200, 130)).any()


@given(st.integers(0, 199), st.integers(0, 129))
def test_the_tile_of_a_change_of_four_rows_is_found_and_no_other(column: int, row: int) -> None:
    before, after = plain(200, 130), plain(200, 130)
    row = min(row, 130 - STRIDE) // TILE * TILE + min(row % TILE, TILE - STRIDE)
    after[row : row + STRIDE, column, 1] ^= 1
    found = np.argwhere(tiles.changed(before, after))
    assert found.tolist() == [[row // TILE, column // TILE]]


def test_an_area_of_tiles_ends_with_the_screen() -> None:
    assert tiles.area_of(rect(1, 1, 3, 2), 200, 130) == rect(64, 64, 136, 66)
    assert tiles.tiles_of(rect(64, 64, 136, 66)) == rect(1, 1, 3, 2)
    assert tiles.tiles_of(rect(63, 64, 2, 64)) == rect(0, 1, 2, 1)
    with pytest.raises(ValueError):
        tiles.area_of(rect(9, 0, 1, 1), 200, 130)


def test_what_changed_is_known_to_the_pixel() -> None:
    before, after = plain(200, 130), plain(200, 130)
    area = rect(0, 0, 192, 128)
    assert tiles.changed_within(before, after, area) is None
    after[70:90, 33:50] = 9
    assert tiles.changed_within(before, after, area) == rect(33, 70, 17, 20)
    assert tiles.changed_within(None, after, area) == area
