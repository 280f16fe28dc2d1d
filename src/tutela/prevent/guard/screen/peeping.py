"""How a change under a veil is noticed: single pixels that a veil leaves open. Pure.

On X11 a screenshot shows the veil and not what is under it. Some hundred single pixels, far apart, tell
whether that is still the same, and are too few to make anything out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.screen.shapes import Pixels, Rectangle

#: The veil's colour: a light grey that is calm on white and on black (as the network path's placeholder).
GREY: Final = 0xD0
#: Open pixels along the shorter side, and pixels between two at least.
_HOLES: Final = 8
_STEP_MIN: Final = 16
#: Difference of a channel from which a pixel is another, and share of other ones from which the content is.
_CHANNEL: Final = 8
MOVED_SHARE: Final = 0.25
#: Share of a veil that has to be seen on the screen for it to cover.
COVERED_SHARE: Final = 0.9


def holes(area: Rectangle) -> list[tuple[int, int]]:
    """(left, top) of the pixels that a veil over ``area`` leaves open."""
    step = max(_STEP_MIN, min(area.width, area.height) // _HOLES)
    return [
        (left, top)
        for top in range(area.top + step // 2, area.bottom, step)
        for left in range(area.left + step // 2, area.right, step)
    ]


def moved(before: Pixels, seen: Pixels, area: Rectangle) -> bool:
    """Whether what is under the veil over ``area`` is no longer what it was.

    Open pixels in the colour of the veil say nothing: perhaps they are not open.
    """
    left, top = np.array(holes(area)).T
    now, then = seen[top, left, :3].astype(np.int16), before[top, left, :3].astype(np.int16)
    telling = ~_is_grey(now)
    other = np.abs(now - then).max(axis=1) > _CHANNEL
    return bool(telling.any() and (other & telling).sum() >= MOVED_SHARE * telling.size)


def covers(seen: Pixels, area: Rectangle, others: Iterable[Rectangle] = ()) -> bool:
    """Whether the veil over ``area`` is on the screen; open pixels, those of ``others`` too, do not count."""
    step = max(_STEP_MIN, min(area.width, area.height) // _HOLES)
    rows = np.arange(area.top + step // 4, area.bottom, step)
    columns = np.arange(area.left + step // 4, area.right, step)
    open_pixels = {hole for other in others for hole in holes(other)}
    every = ((int(left), int(top)) for top in rows for left in columns)
    points = [one for one in every if one not in open_pixels]
    if not points:  # a small one, where the holes of a large one are
        return True
    left, top = np.array(points).T
    return bool(_is_grey(seen[top, left, :3].astype(np.int16)).mean() >= COVERED_SHARE)


def _is_grey(pixels: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Which of the pixels, of shape (n, 3), have the colour of a veil."""
    return np.asarray((np.abs(pixels - GREY) <= _CHANNEL).all(axis=1), np.bool_)
