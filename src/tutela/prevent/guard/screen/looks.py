"""What looks like a picture, and what like text or plain surfaces. Pure.

Text and surfaces of programs are made of few colours: one ground and the letters' shades. In a photograph
hardly any colour is there twice. A drawing has few colours, and strong ones, of which none is the ground.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.screen.shapes import Pixels, Rectangle, part

#: Pixels of the shorter side below which nothing is looked at (our own: one tile).
SIDE_MIN: Final = 64
#: Pixels of both sides from which a new picture is veiled before it is judged (our own: a tenth of a screen).
LARGE_SIDE_MIN: Final = 160
#: Samples on each side by which a part is looked at.
_SAMPLES: Final = 96
#: Of a photograph: share of its four commonest colours at most, and how many it has at least (our own; text
#: with soft edges has a ground of half of its pixels and more).
PHOTO_FOUR_SHARE_MAX: Final = 0.6
PHOTO_COLOURS_MIN: Final = 64
#: Of a drawing: share of the commonest colour at most, of the next at least, and of strong colours at least.
DRAWN_FIRST_SHARE_MAX: Final = 0.6
DRAWN_SECOND_SHARE_MIN: Final = 0.1
DRAWN_STRONG_SHARE_MIN: Final = 0.5
#: Share of the commonest colour from which a tile is text or a surface (our own: dense text has 0.6 and
#: more), and pixels from one sample to the next.
PLAIN_TILE_SHARE: Final = 0.4
_TILE_STEP: Final = 3
#: Difference of a pixel's strongest and weakest channel from which its colour is strong.
STRONG: Final = 96


def is_large(area: Rectangle) -> bool:
    """Whether something new of this size is veiled before it is judged."""
    return min(area.width, area.height) >= LARGE_SIDE_MIN


def is_picture(pixels: Pixels, area: Rectangle) -> bool:
    """Whether a part of the screen is large enough and looks like a picture."""
    if min(area.width, area.height) < SIDE_MIN:
        return False
    samples = _samples(part(pixels, area))
    shares = _shares(samples)
    return _is_photo(shares) or _is_drawing(shares, samples)


def is_plain(block: Pixels) -> bool:
    """Whether a tile is text or a surface: much of it has one colour, and no strong one."""
    samples = np.ascontiguousarray(block[::_TILE_STEP, ::_TILE_STEP]).reshape(-1, 4)
    samples[:, 3] = 0
    values, counts = np.unique(samples.view(np.uint32), return_counts=True)
    ground = values[counts.argmax() : counts.argmax() + 1].view(np.uint8)[:3].astype(np.int16)
    return bool(counts.max() >= PLAIN_TILE_SHARE * len(samples) and ground.max() - ground.min() < STRONG)


def _samples(block: Pixels) -> NDArray[np.uint8]:
    """Pixels spread evenly, of shape (n, 4); the byte without meaning is 0."""
    rows = np.linspace(0, block.shape[0] - 1, min(_SAMPLES, block.shape[0])).astype(np.intp)
    columns = np.linspace(0, block.shape[1] - 1, min(_SAMPLES, block.shape[1])).astype(np.intp)
    samples = block[rows[:, None], columns[None, :]].reshape(-1, 4)
    samples[:, 3] = 0
    return samples


def _shares(samples: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What each colour has of the samples, the commonest first."""
    _, counts = np.unique(samples.view(np.uint32), return_counts=True)
    return np.sort(counts)[::-1] / len(samples)


def _is_photo(shares: NDArray[np.float64]) -> bool:
    return len(shares) >= PHOTO_COLOURS_MIN and float(shares[:4].sum()) <= PHOTO_FOUR_SHARE_MAX


def _is_drawing(shares: NDArray[np.float64], samples: NDArray[np.uint8]) -> bool:
    if len(shares) < 2 or shares[0] > DRAWN_FIRST_SHARE_MAX or shares[1] < DRAWN_SECOND_SHARE_MIN:
        return False
    seen = samples[:, :3]
    strong = seen.max(axis=1).astype(np.int16) - seen.min(axis=1) >= STRONG
    return bool(strong.mean() >= DRAWN_STRONG_SHARE_MIN)
