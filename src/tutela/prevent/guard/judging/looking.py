"""What the sandbox sees of one file: every shown form as PDQ hashes, and squares for a classifier."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.fingerprints.pdq import pdq_prints
from tutela.detect.fingerprints.shapes import Unhashable
from tutela.detect.media.held import Held
from tutela.detect.media.shapes import WEB, Ask, Examined, ShownForm
from tutela.detect.media.sniff import HEAD_BYTES, family, sniff
from tutela.prevent.guard.judging import icons
from tutela.prevent.guard.judging.shapes import Examines
from tutela.prevent.guard.judging.troubles import casts_doubt, why_held
from tutela.prevent.guard.judging.wholeness import frames_announced
from tutela.prevent.guard.shapes import HOLD_SECONDS, Why

#: Bytes of squares that one file may give (our own: 400 of 224 x 224; more could not be scored in time).
SQUARES_BYTES_MAX: Final = 64 << 20
#: Bytes of one PDQ hash.
_PRINT_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """A file that was not wholly looked at, and why. ``doubt``: earlier answers may be wrong as well."""

    why: Why
    doubt: bool = False


@dataclass(kw_only=True, slots=True)
class Look:
    """All shown forms of one file, taken in as they come.

    ``side_pixels`` is the longest side of any of them, ``squares`` uint8 RGB of shape (side, side, 3).
    """

    values: list[bytes] = field(default_factory=list)
    squares: list[NDArray[np.uint8]] = field(default_factory=list)
    side_pixels: int = 0
    forms: int = 0
    squares_bytes: int = 0

    def __call__(self, form: ShownForm) -> None:
        """Takes one form in; one with too little detail for PDQ leaves no hash, but its square."""
        self.forms += 1
        self.side_pixels = max(self.side_pixels, form.full_width, form.full_height)
        found = pdq_prints(form, mode="fast")
        if not isinstance(found, Unhashable):
            self.values += [one.value for one in found]
        if form.pixels is not None:
            self.squares_bytes += form.pixels.nbytes
            if self.squares_bytes <= SQUARES_BYTES_MAX:
                self.squares.append(form.pixels)

    @property
    def prints(self) -> NDArray[np.uint8]:
        """The hashes, (N, 32): eight for each form that has detail."""
        return np.frombuffer(b"".join(self.values), np.uint8).reshape(-1, _PRINT_BYTES)


def ask_for(square_side: int = 0) -> Ask:
    """What every picture is asked for; squares of this side where a classifier wants them.

    A worker that takes longer than a picture is held at most works for nobody.
    """
    limits = replace(WEB, item_cpu_seconds=HOLD_SECONDS, item_wall_seconds=HOLD_SECONDS)
    return Ask(pixels=square_side > 0, pixels_side=square_side, limits=limits)


def look_at(pool: Examines, untrusted_content: bytes, ask: Ask) -> Look | Unseen:
    """Everything that a browser may show of this file, or why that was not to be had.

    Raises Unavailable when no worker can be started.
    """
    try:
        parts = (
            icons.pictures(untrusted_content) if icons.is_icon(untrusted_content) else (untrusted_content,)
        )
    except ValueError:
        return Unseen(why="unreadable")
    look = Look()
    for part in parts:
        unseen = _look_at_part(pool, part, ask, look)
        if unseen is not None:
            return unseen
    return Unseen(why="too_large") if look.squares_bytes > SQUARES_BYTES_MAX else look


def _look_at_part(pool: Examines, part: bytes, ask: Ask, look: Look) -> Unseen | None:
    kind = sniff(part[:HEAD_BYTES])
    if family(kind) != "picture":
        return Unseen(why="unreadable" if kind == "empty" else "unknown_kind")
    before = look.forms
    examined = examined_by(pool, part, ask, look)
    if examined.trouble is not None:
        return Unseen(why=why_held(examined.trouble), doubt=casts_doubt(examined.trouble))
    if look.forms == before:
        return Unseen(why="worker_failed")
    if "damaged" in examined.facts.ambiguous:  # a browser may draw it otherwise than it was seen
        return Unseen(why="unreadable")
    return None if _whole(kind, part, examined.facts.frames) else Unseen(why="unreadable")


def examined_by(pool: Examines, untrusted_content: bytes, ask: Ask, look: Look) -> Examined:
    """What a worker says of these bytes; what it shows of them goes to ``look``. Raises Unavailable."""
    held = Held(len(untrusted_content))
    try:
        held.write(untrusted_content)
        held.seal()
        return pool.examine(held.fd, ask, look)
    finally:
        held.close()


def _whole(kind: str, part: bytes, frames_seen: int) -> bool:
    """Whether as many frames were looked at as the file has."""
    try:
        return frames_seen >= frames_announced(kind, part)
    except ValueError:
        return False
