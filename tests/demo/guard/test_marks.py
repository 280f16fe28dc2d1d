"""Marks are told apart, and nothing else is taken for one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tutela.demo.guard.marks import COLOURS, FULL, NONE, SHOWN_MIN, STEP_PIXELS, Kind, Seen, look


def screen(colour: tuple[int, int, int], side: int = 100) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((side, side, 3), colour, np.uint8)


@pytest.mark.parametrize("kind", COLOURS)
def test_a_mark_is_seen_and_no_other(kind: Kind) -> None:
    seen = look(screen(COLOURS[kind]))
    assert [one for one in COLOURS if seen.shows(one)] == [kind]


@pytest.mark.parametrize("kind", COLOURS)
def test_a_mark_that_lost_some_colour_is_seen(kind: Kind) -> None:
    red, green, blue = (FULL if level else NONE for level in COLOURS[kind])
    assert look(screen((red, green, blue))).shows(kind)
    worn = tuple(FULL - 1 if level else NONE for level in COLOURS[kind])
    assert look(screen((worn[0], worn[1], worn[2]))) == Seen()


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (208, 208, 208), (0, 255, 0), (85, 85, 170)])
def test_other_colours_are_no_mark(colour: tuple[int, int, int]) -> None:
    assert look(screen(colour)) == Seen()


def test_a_small_picture_on_a_screen_is_enough_and_a_speck_is_not() -> None:
    shown = screen((120, 120, 120), 400)
    shown[8:40, 8:40] = COLOURS["known"]
    assert look(shown) == Seen(known=(32 // STEP_PIXELS) ** 2)
    assert look(shown).shows("known") and SHOWN_MIN > 1
    shown[8:40, 20:] = 120
    shown[20:] = 120
    assert not look(shown).shows("known")


class Turning(np.ndarray[Any, np.dtype[np.uint8]]):
    """A screen that is white until it was looked at once, and dark from then on."""

    def __ge__(self, level: Any) -> Any:
        seen = np.asarray(self) >= level
        self[...] = 20
        return seen


def test_a_screen_that_changes_while_it_is_looked_at_is_no_mark() -> None:
    turning = screen((255, 255, 255)).view(Turning)
    assert look(turning) == Seen()
