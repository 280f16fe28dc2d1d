"""What a classifier is to whoever asks it. Plain protocol."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.shapes import HOLD_SECONDS


@runtime_checkable
class Classifier(Protocol):
    """Scores pictures for one class. Thread-safe. Installed is not enabled: the person names it."""

    @property
    def name(self) -> str:
        """The name by which it is switched on."""
        ...

    @property
    def version(self) -> str:
        """The version of its card."""
        ...

    @property
    def threshold(self) -> float:
        """The score from which on a picture is held, above 0 and at most 1."""
        ...

    @property
    def side_pixels(self) -> int:
        """The side of the square to which pictures are squashed for it, 16-1024 pixels."""
        ...

    def score(self, pixels: NDArray[np.uint8], *, within_seconds: float = HOLD_SECONDS) -> float:
        """How much a picture is of the class, 0-1; ``pixels`` are RGB of shape (side, side, 3).

        Raises Unavailable for every fault, and when there is no score after ``within_seconds``.
        """
        ...

    def close(self) -> None:
        """Ends what it started. Safe to call twice."""
        ...
