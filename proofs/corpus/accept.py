"""Which pictures are taken: colourful, textured, and far from all taken before (models.md section 11.3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tutela.arithmetic import finish, reduce_luma

#: The rules of models.md section 11.3, step 2, at 128 x 128 pixels and five bits a channel.
LOOK_SIDE = 128
COLOURS_MIN = 300
ENTROPY_BITS_MIN = 5.8
ONE_GREY_SHARE_MAX = 0.15
QUALITY_MIN = 50
#: Pairs must lie further apart than this (models.md section 11.2: distinct).
DISTINCT_BITS = 64
TRANSPARENT_SHARE_WHOLE = 0.30
TRANSPARENT_SHARE_TILED = 0.02
SIDE_MIN = 180
WHOLE_SIDE_MAX = 1024
TILE_SIDE = 448
TILES_MAX = 32
TILED_SHORT_SIDE_MIN = 1000
TILED_PIXELS_MIN = 1_500_000

Box = tuple[int, int, int, int]


def flattened(picture: Image.Image) -> tuple[Image.Image, float]:
    """``picture`` as RGB on white, and the share of it that was see-through (0-1)."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB"), 0.0
    full = picture.convert("RGBA")
    alpha = full.getchannel("A")
    white = Image.new("RGBA", full.size, "white")
    share = float((np.asarray(alpha) < 128).mean())
    return Image.alpha_composite(white, full).convert("RGB"), share


def whole(picture: Image.Image) -> Image.Image:
    """``picture`` with its longer side at most 1,024 px."""
    shown = picture.copy()
    shown.thumbnail((WHOLE_SIDE_MAX, WHOLE_SIDE_MAX), Image.Resampling.LANCZOS)
    return shown


def tile_boxes(width: int, height: int) -> list[Box]:
    """Boxes of tiles that do not overlap, row by row, at most 32; empty for a small picture."""
    if min(width, height) < TILED_SHORT_SIDE_MIN and width * height < TILED_PIXELS_MIN:
        return []
    corners = [
        (left, top)
        for top in range(0, height - TILE_SIDE + 1, TILE_SIDE)
        for left in range(0, width - TILE_SIDE + 1, TILE_SIDE)
    ]
    step = max(1, len(corners) / TILES_MAX)
    kept = [corners[int(number * step)] for number in range(min(TILES_MAX, len(corners)))]
    return [(left, top, left + TILE_SIDE, top + TILE_SIDE) for left, top in kept]


def rich(picture: Image.Image) -> bool:
    """True when the picture has enough colours and grey levels to be told from others."""
    small = np.asarray(picture.resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX)) >> 3
    codes = (small[..., 0].astype(int) << 10) | (small[..., 1].astype(int) << 5) | small[..., 2]
    if len(np.unique(codes)) < COLOURS_MIN:
        return False
    grey = np.asarray(picture.resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX).convert("L"))
    share = np.bincount(grey.ravel(), minlength=256) / grey.size
    entropy = -float((share[share > 0] * np.log2(share[share > 0])).sum())
    return entropy >= ENTROPY_BITS_MIN and float(share.max()) <= ONE_GREY_SHARE_MAX


class Distinct:
    """The hashes taken so far; a picture nearer than 65 bits to one of them is not taken."""

    def __init__(self) -> None:
        self._hashes: list[NDArray[np.uint64]] = []

    def take(self, picture: Image.Image) -> bool:
        """True, and remembered, when ``picture`` has quality and is far from all taken before."""
        value, quality = finish(reduce_luma(np.asarray(picture)))
        if quality < QUALITY_MIN:
            return False
        words = np.frombuffer(value, np.uint64)
        if self._hashes:
            apart = np.bitwise_count(np.stack(self._hashes) ^ words).sum(axis=1)
            if int(apart.min()) <= DISTINCT_BITS:
                return False
        self._hashes.append(words)
        return True
