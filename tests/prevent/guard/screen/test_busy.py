from __future__ import annotations

import numpy as np

from tests.prevent.guard.screen.desktops import HEIGHT, PLACE, WIDTH, picture, plain, put, rect
from tutela.prevent.guard.screen import tiles
from tutela.prevent.guard.screen.busy import Busy, busy_squares


def test_squares_of_a_picture_are_busy_and_plain_ones_are_not() -> None:
    assert busy_squares(picture()).mean() > 0.9
    assert not busy_squares(plain(128, 128)).any()
    assert busy_squares(plain(70, 1)).shape == (1, 3)


def test_the_whole_picture_is_told_where_only_a_part_of_it_changed() -> None:
    shown = put(plain(), picture())
    busy = Busy()
    busy.update(shown, [tiles.tiles_of(rect(0, 0, WIDTH, HEIGHT))])
    changed = np.zeros(tiles.grid_size(WIDTH, HEIGHT), np.bool_)
    assert busy.around(shown, changed) == []
    changed[3, 5] = True
    (found,) = busy.around(shown, changed)
    assert found.shared(PLACE) == PLACE.area and found.width <= PLACE.width + 128


def test_what_is_plain_now_is_not_busy_any_more() -> None:
    busy = Busy()
    every = [tiles.tiles_of(rect(0, 0, WIDTH, HEIGHT))]
    busy.update(put(plain(), picture()), every)
    busy.update(plain(), every)
    assert busy.around(plain(), np.ones(tiles.grid_size(WIDTH, HEIGHT), np.bool_)) == []


def test_a_screen_of_another_size_begins_anew() -> None:
    busy = Busy()
    busy.update(put(plain(), picture()), [tiles.tiles_of(rect(0, 0, WIDTH, HEIGHT))])
    smaller = plain(300, 200)
    busy.update(smaller, [])
    assert busy.around(smaller, np.ones(tiles.grid_size(300, 200), np.bool_)) == []
