"""Counts by day as a picture of bars: SVG without a script, a style or an address in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Width and height of the picture, and of what is left between two bars, in its own units.
WIDTH, HEIGHT, GAP = 600, 160, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar, in the picture's units; ``number`` is what it stands for."""

    left: float
    top: float
    width: float
    height: float
    number: int


def bars(numbers: Sequence[int]) -> tuple[Bar, ...]:
    """One bar for each number, the largest as high as the picture; what is not 0 can be seen."""
    most = max(numbers, default=0) or 1
    step = WIDTH / max(1, len(numbers))
    made = []
    for place, number in enumerate(numbers):
        height = max(2.0, HEIGHT * number / most) if number else 0.0
        bar = Bar(
            left=round(place * step, 1),
            top=round(HEIGHT - height, 1),
            width=round(step - GAP, 1),
            height=round(height, 1),
            number=number,
        )
        made.append(bar)
    return tuple(made)
