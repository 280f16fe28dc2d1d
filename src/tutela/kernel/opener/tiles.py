"""What leaves the opener's process for a person's eyes: small grey blurred pictures, and nothing else. Pure.

A tile has at most 64 x 64 samples of brightness; what it was made from stays behind.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

#: Samples of one side (decisions.md section 1: the reduction that leaves the media sandbox).
SIDE: Final = 64
#: Tiles of one object: a picture has one or two, a film or an animation its first frames (our own).
TILES_MAX: Final = 6
#: Pixels of the longest side that is believed (decisions.md section 1, side_max).
_SIDE_MAX: Final = 65_535


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One protected picture: brightness 0 to 255, row by row, and the proportions it is shown in."""

    width: int
    height: int
    luma: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is larger than a tile may be, whoever made it."""
        if len(self.luma) != SIDE * SIDE:
            raise ValueError(f"a tile has {SIDE} x {SIDE} samples")
        if not (1 <= self.width <= _SIDE_MAX and 1 <= self.height <= _SIDE_MAX):
            raise ValueError("a tile has the proportions of a picture")


def render_tiles(tiles: Sequence[Tile]) -> dict[str, Any]:
    """The tiles as an answer. Raises ValueError for more than one object has."""
    if len(tiles) > TILES_MAX:
        raise ValueError(f"at most {TILES_MAX} tiles of one object")
    return {"tiles": [[one.width, one.height, base64.b64encode(one.luma).decode("ascii")] for one in tiles]}


def parse_tiles(untrusted_answer: dict[str, Any]) -> tuple[Tile, ...]:
    """The tiles of an answer. Raises ValueError for anything else, a larger picture above all."""
    rows = untrusted_answer.get("tiles")
    if not isinstance(rows, list) or len(rows) > TILES_MAX:
        raise ValueError("no list of tiles")
    return tuple(_tile(row) for row in rows)


def _tile(untrusted_row: object) -> Tile:
    if not isinstance(untrusted_row, list) or [type(one) for one in untrusted_row] != [int, int, str]:
        raise ValueError("a tile has other fields")
    width, height, text = untrusted_row
    try:
        luma = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("a tile has other fields") from error
    return Tile(width=width, height=height, luma=luma)
