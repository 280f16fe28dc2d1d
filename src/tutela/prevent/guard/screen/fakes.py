"""A screen that replays frames, and veils that are only noted: doubles for tests and trials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.screen.peeping import GREY, holes
from tutela.prevent.guard.screen.shapes import Pixels, Rectangle, part


class NotedVeils:
    """Implements ``shapes.Veils``. ``orders``: what was to be covered, each time; ``broken``: Unavailable."""

    def __init__(self) -> None:
        self.orders: list[tuple[Rectangle, ...]] = []
        self.broken = self.closed = False

    @property
    def veiled(self) -> tuple[Rectangle, ...]:
        """What is covered now."""
        return self.orders[-1] if self.orders else ()

    def show(self, veiled: Sequence[Rectangle], width: int, height: int) -> None:
        """Notes the order."""
        if self.broken:
            raise Unavailable("these veils are broken")
        self.orders.append(tuple(veiled))

    def close(self) -> None:
        """Notes that it was closed."""
        self.closed = True


class ReplayedScreen:
    """Implements ``shapes.Screen``: one frame after another, the last one for ever, veiled as noted."""

    def __init__(self, frames: Iterable[Pixels], veils: NotedVeils | None = None) -> None:
        self._frames, self._veils = iter(frames), veils
        self._last: Pixels | None = None
        self.broken = self.closed = self.stirring = False

    def add(self, frames: Iterable[Pixels]) -> None:
        """More frames behind those that are left."""
        self._frames = chain(self._frames, frames)

    def grab(self) -> Pixels:
        """A copy of the next frame, with the veils on it."""
        if self.broken:
            raise Unavailable("this screen is broken")
        self._last = next(self._frames, self._last)
        if self._last is None:
            raise Unavailable("a screen without frames")
        return with_veils(self._last, self._veils.veiled if self._veils else ())

    def stirs(self) -> bool:
        """What ``stirring`` says."""
        return self.stirring

    def close(self) -> None:
        """Notes that it was closed."""
        self.closed = True


def with_veils(pixels: Pixels, veiled: Iterable[Rectangle]) -> Pixels:
    """A copy of a frame as a screenshot shows it: grey where it is veiled, but for the open pixels."""
    seen, areas = np.array(pixels), tuple(veiled)
    for area in areas:
        part(seen, area)[..., :3] = GREY
    for area in areas:
        left, top = np.array(holes(area)).T
        seen[top, left] = pixels[top, left]
    return seen
