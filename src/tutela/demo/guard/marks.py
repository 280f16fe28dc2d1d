"""Colours by which a machine tells what is on a screen, whatever was done to a picture on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

#: What a picture is: declared known, of the stand-in class, or harmless.
Kind = Literal["known", "class", "benign"]

#: The mark of each kind as RGB. That of the class is one of its two colours (``classes.charts``).
COLOURS: Final[dict[Kind, tuple[int, int, int]]] = {
    "known": (0, 0, 255),
    "class": (255, 0, 255),
    "benign": (255, 255, 0),
}
#: Levels from which a colour counts as full, and up to which as none (our own: JPEG of quality 50 with
#: colours stored at half the size stays within them, and the pictures of ``pictures`` are paler elsewhere).
FULL, NONE = 185, 70
#: Columns and rows of a screen between two looks (our own: a picture of 64 x 48 still gives dozens).
STEP_PIXELS: Final = 4
#: Looks at one colour from which it counts as shown: 320 pixels of the screen.
SHOWN_MIN: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """How often each mark was met in one look at a screen."""

    known: int = 0
    benign: int = 0
    of_class: int = 0

    def shows(self, kind: Kind) -> bool:
        """Whether a picture of this kind is on the screen."""
        found = {"known": self.known, "class": self.of_class, "benign": self.benign}
        return found[kind] >= SHOWN_MIN


def look(pixels: NDArray[np.uint8]) -> Seen:
    """What is seen in pixels of shape (height, width, 3): red, green, blue.

    They may change meanwhile: each is read once, because a white page before a dark picture would be taken
    for a mark otherwise, with the white's blue and with what the dark one lacks of the rest.
    """
    some = np.array(pixels[::STEP_PIXELS, ::STEP_PIXELS, :3])
    full, none = some >= FULL, some <= NONE
    blue = full[..., 2] & none[..., 1]
    return Seen(
        known=int(np.count_nonzero(blue & none[..., 0])),
        of_class=int(np.count_nonzero(blue & full[..., 0])),
        benign=int(np.count_nonzero(full[..., 0] & full[..., 1] & none[..., 2])),
    )
