"""Benign pictures from a number: the same seed always gives the same pixels.

The recipe is that of the benchmarks (performance.md section 9): noise of several octaves, enlarged
bicubically and summed with weights falling by 0.62, half-transparent discs, and grain. PDQ finds high
quality in them, and two seeds lie further than 64 bits apart, so they stand in for photographs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

#: Octaves of noise and the fall of their weights (performance.md section 9).
OCTAVES = 7
WEIGHT_FALL = 0.62
#: Half-transparent discs on each picture (performance.md section 9).
DISCS = 6
#: Standard deviation of the grain in grey levels (performance.md section 9: sigma 4).
GRAIN_LEVELS = 4.0
#: Side of the repeated tile of grain, in pixels. Odd, so that it never falls in step with 8 x 8 blocks.
GRAIN_TILE = 251
#: Above this many pixels the field is made smaller and enlarged: the eye and PDQ see no difference.
FIELD_PIXELS_MAX = 400_000
#: Side of the coarsest noise, in samples.
COARSEST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height


#: Sizes by megapixels as cameras and phones make them (0.1 to 12 MP).
SIZES: dict[str, Size] = {
    "0.1": Size(width=366, height=275),
    "0.3": Size(width=640, height=480),
    "0.8": Size(width=1024, height=768),
    "2": Size(width=1633, height=1225),
    "5": Size(width=2592, height=1944),
    "12": Size(width=4000, height=3000),
}


def landscape(seed: int, width: int = 640, height: int = 480) -> Image.Image:
    """An RGB picture of ``width`` x ``height`` pixels made from ``seed`` alone. Sides from 8 px."""
    if width < 8 or height < 8:
        raise ValueError("a generated picture needs sides of at least 8 pixels")
    random = np.random.default_rng(seed)
    field = _field_size(width, height)
    luma = _levels(_octaves(random, field, OCTAVES), low=16.0, high=239.0)
    blue = _levels(_octaves(random, field, 2), low=96.0, high=160.0)
    red = _levels(_octaves(random, field, 2), low=96.0, high=160.0)
    picture = Image.merge("YCbCr", [Image.fromarray(plane) for plane in (luma, blue, red)]).convert("RGB")
    _draw_discs(picture, random)
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.BICUBIC)
    return _with_grain(picture, random)


def landscape_of(seed: int, megapixels: str) -> Image.Image:
    """``landscape`` in one of ``SIZES``; every third seed stands upright."""
    size = SIZES[megapixels]
    width, height = (size.height, size.width) if seed % 3 == 2 else (size.width, size.height)
    return landscape(seed, width, height)


def flat(width: int = 320, height: int = 240, grey: int = 128) -> Image.Image:
    """A picture of one grey level (0-255): PDQ says quality 0, nothing to recognise."""
    return Image.new("RGB", (width, height), (grey, grey, grey))


def chart(seed: int, width: int = 640, height: int = 480) -> Image.Image:
    """A drawing of rectangles and lines in plain colours, like a chart or a screen."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", (width, height), _colour(random))
    pen = ImageDraw.Draw(picture)
    for _ in range(40):
        left, top, right, bottom = _box(random, width, height)
        pen.rectangle((left, top, right, bottom), fill=_colour(random))
    for _ in range(20):
        pen.line(_box(random, width, height), fill=_colour(random), width=1 + int(random.random() * 6))
    return picture


def _field_size(width: int, height: int) -> Size:
    shrink = max(1.0, (width * height / FIELD_PIXELS_MAX) ** 0.5)
    return Size(width=max(8, round(width / shrink)), height=max(8, round(height / shrink)))


def _octaves(random: np.random.Generator, size: Size, octaves: int) -> NDArray[np.float32]:
    """Noise of ``octaves`` octaves as (height, width) float32, each enlarged onto the next finer one."""
    field = np.zeros((COARSEST, COARSEST), np.float32)
    for octave in range(octaves):
        side = COARSEST * 2**octave
        noise = random.random((side, side)).astype(np.float32) - 0.5
        field = _enlarge(field, side, side) + noise * np.float32(WEIGHT_FALL**octave)
    return _enlarge(field, size.width, size.height)


def _enlarge(field: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    resized = Image.fromarray(field).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(resized, np.float32)


def _levels(field: NDArray[np.float32], *, low: float, high: float) -> NDArray[np.uint8]:
    """``field`` stretched so that its smallest value is ``low`` and its largest ``high`` (grey levels)."""
    span = float(field.max() - field.min()) or 1.0
    stretched = low + (field - field.min()) * np.float32((high - low) / span)
    levels: NDArray[np.uint8] = stretched.astype(np.uint8)
    return levels


def _draw_discs(picture: Image.Image, random: np.random.Generator) -> None:
    for _ in range(DISCS):
        mask = Image.new("L", picture.size, 0)
        ImageDraw.Draw(mask).ellipse(_box(random, *picture.size), fill=128)
        picture.paste(_colour(random), (0, 0), mask)


def _box(random: np.random.Generator, width: int, height: int) -> tuple[int, int, int, int]:
    """A box of a tenth to a half of each side, inside ``width`` x ``height``: left, top, right, bottom."""
    wide, high = (max(2, int(side * (0.1 + 0.4 * random.random()))) for side in (width, height))
    left, top = int(random.random() * (width - wide)), int(random.random() * (height - high))
    return left, top, left + wide, top + high


def _colour(random: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (random.random(3) * 256).astype(int).tolist()
    return red, green, blue


def _with_grain(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """``picture`` with grey noise of ``GRAIN_LEVELS``, from one tile repeated over the whole."""
    tile = (random.random((3, GRAIN_TILE, GRAIN_TILE)).sum(0) - 1.5) * (2 * GRAIN_LEVELS)
    down, across = -(-picture.height // GRAIN_TILE), -(-picture.width // GRAIN_TILE)
    grain = np.tile(tile.astype(np.int16), (down, across))[: picture.height, : picture.width, None]
    grained = np.asarray(picture, np.int16) + grain
    return Image.fromarray(np.clip(grained, 0, 255).astype(np.uint8))
