from __future__ import annotations

import numpy as np

from tests.prevent.guard.screen.desktops import PLACE, picture, plain, put, rect
from tutela.prevent.guard.screen.fakes import with_veils
from tutela.prevent.guard.screen.peeping import covers, holes, moved

SHOWN = put(plain(), picture())


def test_few_pixels_are_left_open_and_all_inside() -> None:
    for area in (PLACE, rect(0, 0, 160, 160), rect(5, 5, 1920, 1080), rect(3, 4, 64, 64)):
        found = holes(area)
        assert len(found) <= area.area / 256 and len(found) >= 9
        assert all(area.left <= left < area.right and area.top <= top < area.bottom for left, top in found)
    assert len(holes(rect(0, 0, 1920, 1080))) < 200


def test_what_is_the_same_did_not_move_and_what_is_other_did() -> None:
    veiled = with_veils(SHOWN, [PLACE])
    assert not moved(SHOWN, veiled, PLACE)
    assert moved(SHOWN, with_veils(plain(), [PLACE]), PLACE)
    assert moved(SHOWN, with_veils(put(plain(), picture(), 301, 150), [PLACE]), PLACE)
    few = SHOWN.copy()
    few[PLACE.top : PLACE.top + 40, PLACE.columns] = 0
    assert not moved(SHOWN, with_veils(few, [PLACE]), PLACE)


def test_a_veil_without_open_pixels_tells_nothing() -> None:
    closed = SHOWN.copy()
    closed[PLACE.rows, PLACE.columns, :3] = 0xD0
    assert not moved(SHOWN, closed, PLACE)
    closed[PLACE.top : PLACE.top + 60, PLACE.columns] = SHOWN[PLACE.top : PLACE.top + 60, PLACE.columns]
    assert not moved(SHOWN, closed, PLACE)  # those that are open show what was there


def test_whether_the_veil_is_on_the_screen_is_seen() -> None:
    other = rect(250, 150, 200, 200)
    veiled = with_veils(SHOWN, [PLACE, other])
    assert covers(veiled, PLACE, [other]) and covers(veiled, other, [PLACE])
    assert not covers(SHOWN, PLACE)
    small = rect(304, 204, 64, 64)
    assert covers(with_veils(SHOWN, [small]), small, [rect(300, 200, 130, 130)])  # a hole at every point
    half = np.array(with_veils(SHOWN, [PLACE]))
    half[PLACE.top : PLACE.top + 120, PLACE.columns] = 0
    assert not covers(half, PLACE)
