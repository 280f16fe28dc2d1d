from __future__ import annotations

import numpy as np
import pytest

from tests.prevent.guard.screen.desktops import PLACE, near, page, picture, plain, put, rect
from tutela.prevent.guard.screen import tiles
from tutela.prevent.guard.screen.busy import Busy
from tutela.prevent.guard.screen.candidates import Candidate, find
from tutela.prevent.guard.screen.shapes import Pixels


def found(before: Pixels | None, after: Pixels, busy: Busy | None = None) -> list[Candidate]:
    return find(before, after, tiles.changed(before, after), busy or Busy())


@pytest.mark.parametrize("ground", [plain(), page(), page(dark=True), picture(77, 960, 704)])
def test_a_picture_that_came_is_found_to_the_pixel_on_any_ground(ground: Pixels) -> None:
    busy = Busy()
    found(None, ground, busy)
    told = found(ground, put(ground, picture()), busy)
    assert any(near(reading, PLACE) for one in told for reading in one.readings)


def test_readings_of_one_picture_are_one_candidate() -> None:
    (one,) = found(plain(), put(plain(), picture()))
    assert near(one.area, PLACE) and any(near(reading, PLACE) for reading in one.readings)


def test_a_picture_that_comes_in_two_halves_is_judged_as_a_whole() -> None:
    busy, half = Busy(), put(plain(), picture()[:130])
    found(plain(), half, busy)
    told = found(half, put(plain(), picture()), busy)
    assert any(near(reading, PLACE) for one in told for reading in one.readings)


def test_text_that_comes_is_no_candidate() -> None:
    assert found(plain(), page()) == []
    assert found(page(first=0), page(first=3)) == []
    assert found(page(), page(dark=True)) == []


def test_a_page_with_pictures_gives_the_pictures_and_not_the_page() -> None:
    shown = put(put(page(), picture(1, 200, 150), 700, 60), picture(2, 200, 150), 700, 300)
    told = [one.area for one in found(plain(), shown)]
    assert any(one.shared(rect(700, 60, 200, 150)) > 29_000 for one in told)
    assert any(one.shared(rect(700, 300, 200, 150)) > 29_000 for one in told)
    assert all(one.area < 960 * 704 / 2 for one in told)


def test_what_was_uncovered_counts_as_changed() -> None:
    shown = put(plain(), picture())
    changed = np.zeros(tiles.grid_size(960, 704), np.bool_)
    assert find(shown, shown, changed, Busy()) == []
    told = find(shown, shown, changed, Busy(), [PLACE])
    assert told and near(told[0].area, PLACE)
