"""A classifier that reads no weights: the double of ``asking.ClassifierProcess`` for tests and trials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.shapes import HOLD_SECONDS

Score = Callable[[NDArray[np.uint8]], float]


@dataclass(kw_only=True)
class FakeClassifier:
    """Scores by a function of the pixels; ``broken`` makes each question Unavailable. Counts."""

    function: Score = lambda _pixels: 0.0
    name: str = "fake"
    version: str = "1"
    threshold: float = 0.5
    side_pixels: int = 64
    broken: bool = False
    asked: int = 0
    closed: bool = False
    shapes: set[tuple[int, ...]] = field(default_factory=set)

    def score(self, pixels: NDArray[np.uint8], *, within_seconds: float = HOLD_SECONDS) -> float:
        """The function's answer. Raises Unavailable where it is broken or no time is left."""
        self.asked += 1
        self.shapes.add(pixels.shape)
        if self.broken or within_seconds <= 0:
            raise Unavailable("this fake is broken")
        return self.function(pixels)

    def close(self) -> None:
        """Remembers that it was closed."""
        self.closed = True
