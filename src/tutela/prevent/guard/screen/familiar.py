"""What was ruled shown lately, so that a window that moves over a wallpaper is not veiled again and again.

Kept are digests under a key drawn at random for this run, in memory, and coarse greys of what moved last.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.screen.looks import is_plain
from tutela.prevent.guard.screen.shapes import Grid, Pixels, Rectangle, part
from tutela.prevent.guard.screen.tiles import STRIDE, TILE, tiles_of

#: Digests that are kept of what was met once, and of what was met again (our own: forty screens; 3 MB each).
DIGESTS_MAX: Final = 20_000
#: Parts of the screen that are remembered as moving (our own: a page of films).
MOVING_MAX: Final = 64
#: Mean difference of coarse greys up to which a part of the screen shows the same thing, moving (our own: a
#: person who moves in a call makes 2 to 10, a cut to another scene 30 and more).
MOVING_GREYS: Final = 16.0
#: The same for the sparse pixels of one tile.
_MOVING_SPARSE: Final = 16.0
_SPARSE_STEP: Final = 8
#: Likeness of the place.
_SAME_PLACE: Final = 0.8
#: Coarse greys on each side.
_COARSE: Final = 16


@dataclass(kw_only=True, slots=True)
class Moving:
    """A part of the screen that was ruled shown and may move on."""

    area: Rectangle
    greys: NDArray[np.float32]
    #: Every eighth pixel of each eighth row, green.
    sparse: NDArray[np.uint8]


class Digests:
    """Digests, the latest of those that came once and of those that came again.

    A film brings new ones all the time and none of them again: alone, it pushes out no wallpaper that waits
    under a window (as 2Q does it: Johnson and Shasha, VLDB 1994).
    """

    def __init__(self) -> None:
        self._once: OrderedDict[bytes, None] = OrderedDict()
        self._again: OrderedDict[bytes, None] = OrderedDict()

    def add(self, digest: bytes) -> None:
        """Takes one in."""
        met = digest in self
        self._once.pop(digest, None)
        kept = self._again if met else self._once
        kept[digest] = None
        kept.move_to_end(digest)
        if len(kept) > DIGESTS_MAX:
            kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._once) + len(self._again)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._once or digest in self._again

    def clear(self) -> None:
        """Forgets all of them."""
        self._once.clear()
        self._again.clear()


class Familiar:
    """What of this screen was ruled shown. For one thread."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._digests = Digests()
        self._moving: list[Moving] = []
        self._moved: list[tuple[Moving, Moving]] = []

    def look(self) -> None:
        """Begins another look: what moved on in the last one is now what moves."""
        for moving, now in self._moved:
            moving.greys, moving.sparse = now.greys, now.sparse
        self._moved.clear()

    def keep(self, pixels: Pixels, area: Rectangle) -> None:
        """Takes in that this part was ruled shown."""
        every = (self._digest(part(pixels, area)), *self._tile_digests(pixels, tiles_of(area)))
        for digest in dict.fromkeys(every):
            self._digests.add(digest)
        others = [one for one in self._moving if one.area.likeness(area) < _SAME_PLACE]
        self._moving = [*others[1 - MOVING_MAX :], _moving(pixels, area)]

    def knows(self, pixels: Pixels, area: Rectangle) -> bool:
        """Whether just this was ruled shown, here or elsewhere on the screen."""
        return self._digest(part(pixels, area)) in self._digests

    def moved_on(self, pixels: Pixels, area: Rectangle) -> bool:
        """Whether here is what was ruled shown here, moved on a little at a time."""
        near = next((one for one in self._moving if one.area.likeness(area) >= _SAME_PLACE), None)
        if near is None:
            return False
        if differ(near.greys, greys(part(pixels, area))) > MOVING_GREYS:
            return False
        self._moved.append((near, _moving(pixels, near.area)))
        return True

    def new_share(self, pixels: Pixels, area: Rectangle, changed: Grid) -> float:
        """What part of an area has changed to something like a picture that was not ruled shown before, nor
        moved on from what was.
        """
        over = tiles_of(area)
        moving = [one for one in self._moving if one.area.shared(area)]
        new = 0
        for row, column in np.argwhere(changed[over.rows, over.columns]):
            tile = Rectangle(
                left=(over.left + int(column)) * TILE,
                top=(over.top + int(row)) * TILE,
                width=TILE,
                height=TILE,
            )
            if self._is_new(pixels, tile) and not any(_holds(one, pixels, tile) for one in moving):
                new += tile.shared(area)
        return new / area.area

    def _is_new(self, pixels: Pixels, tile: Rectangle) -> bool:
        block = part(pixels, tile)
        return self._digest(block) not in self._digests and not is_plain(block)

    def forget(self) -> None:
        """Throws all of it away, with the key: lists or policy have changed."""
        self._key = secrets.token_bytes(32)
        self._digests.clear()
        self._moving.clear()

    def _tile_digests(self, pixels: Pixels, over: Rectangle) -> Iterator[bytes]:
        for row in range(over.top, over.bottom):
            for column in range(over.left, over.right):
                tile = pixels[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
                yield self._digest(tile)

    def _digest(self, block: Pixels) -> bytes:
        """Of the rows that are compared at all."""
        seen = np.ascontiguousarray(block[::STRIDE])
        shape = seen.shape[0].to_bytes(4, "little") + seen.shape[1].to_bytes(4, "little")
        digest = hashlib.blake2b(shape, digest_size=16, key=self._key)
        digest.update(seen.data)
        return digest.digest()


def _moving(pixels: Pixels, area: Rectangle) -> Moving:
    block = part(pixels, area)
    sparse = block[::_SPARSE_STEP, ::_SPARSE_STEP, 1].copy()
    return Moving(area=area, greys=greys(block), sparse=sparse)


def _holds(moving: Moving, pixels: Pixels, tile: Rectangle) -> bool:
    """Whether most of a tile lies in what moves, and only moved."""
    area = moving.area
    if area.shared(tile) < tile.area / 2:
        return False
    down, across = max(0, tile.top - area.top), max(0, tile.left - area.left)
    step = _SPARSE_STEP
    rows = slice(-(-down // step), -(-(min(tile.bottom, area.bottom) - area.top) // step))
    columns = slice(-(-across // step), -(-(min(tile.right, area.right) - area.left) // step))
    then = moving.sparse[rows, columns].astype(np.int16)
    now = part(pixels, area)[::step, ::step, 1][rows, columns]
    return then.shape == now.shape and float(np.abs(then - now).mean()) <= _MOVING_SPARSE


def greys(block: Pixels) -> NDArray[np.float32]:
    """The green of a block, as means of 16 x 16 fields or fewer."""
    green = block[::2, ::2, 1]
    down = np.unique(np.linspace(0, green.shape[0], _COARSE, endpoint=False).astype(np.intp))
    across = np.unique(np.linspace(0, green.shape[1], _COARSE, endpoint=False).astype(np.intp))
    sums = np.add.reduceat(np.add.reduceat(green, down, axis=0, dtype=np.float32), across, axis=1)
    heights = np.diff(np.append(down, green.shape[0]))[:, None]
    widths = np.diff(np.append(across, green.shape[1]))[None, :]
    return np.asarray(sums / (heights * widths), np.float32)


def differ(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The mean difference of two sets of greys, 0-255; 255 for different shapes."""
    return float(np.abs(one - other).mean()) if one.shape == other.shape else 255.0
