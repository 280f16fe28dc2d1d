"""A screen's pixels, parts of it, and who grabs and who veils. Plain data and protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

#: One look at the screen: blue, green, red and a byte without meaning, of shape (height, width, 4).
Pixels = NDArray[np.uint8]
#: The same as one number a pixel, of shape (height, width).
Colours = NDArray[np.uint32]
#: Yes or no for each square of a grid over the screen, of shape (rows, columns).
Grid = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Rectangle:
    """A part of the screen in pixels, from its left upper corner. Neither side is 0."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column behind it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.top + self.height

    @property
    def area(self) -> int:
        """Its pixels."""
        return self.width * self.height

    @property
    def rows(self) -> slice:
        """Its rows, as an index into a frame."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """Its columns, as an index into a frame."""
        return slice(self.left, self.right)

    def shared(self, other: Rectangle) -> int:
        """Pixels that are in both."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, across) * max(0, down)

    def likeness(self, other: Rectangle) -> float:
        """What both share of what either covers: 1 for the same, 0 for strangers."""
        shared = self.shared(other)
        return shared / (self.area + other.area - shared)

    def moved(self, right: int, down: int) -> Rectangle:
        """The same size elsewhere."""
        return Rectangle(left=self.left + right, top=self.top + down, width=self.width, height=self.height)


def rectangle(left: int, top: int, right: int, bottom: int) -> Rectangle | None:
    """The rectangle between two corners (``right`` and ``bottom`` lie outside); None where it is empty."""
    if right <= left or bottom <= top:
        return None
    return Rectangle(left=left, top=top, width=right - left, height=bottom - top)


def whole(pixels: Pixels) -> Rectangle:
    """The rectangle that is all of a frame."""
    height, width = pixels.shape[:2]
    return Rectangle(left=0, top=0, width=width, height=height)


def part(pixels: Pixels, area: Rectangle) -> Pixels:
    """A view of one part."""
    return pixels[area.rows, area.columns]


def colours(pixels: Pixels) -> Colours:
    """One number a pixel; a copy where the frame is only a part of another."""
    return np.ascontiguousarray(pixels).view(np.uint32)[..., 0]


class Screen(Protocol):
    """Grabs what is on the screen, our own veils among it."""

    def grab(self) -> Pixels:
        """All of the screen now, writable and the caller's own. Raises Unavailable."""
        ...

    def stirs(self) -> bool:
        """Whether a few lines of the screen differ from the last time: a hint, far cheaper than a look.

        False where there is no such hint. Never raises.
        """
        ...

    def close(self) -> None:
        """Lets the screen go. Safe to call twice."""
        ...


class Veils(Protocol):
    """Covers parts of the screen."""

    def show(self, veiled: Sequence[Rectangle], width: int, height: int) -> None:
        """Exactly these parts are covered when it returns; of a screen of this size in a frame's pixels.

        Raises Unavailable where that is not so.
        """
        ...

    def close(self) -> None:
        """Takes every veil away. Safe to call twice."""
        ...
