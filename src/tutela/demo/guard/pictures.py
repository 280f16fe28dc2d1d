"""Generated pictures with a mark, and the forms in which one comes back: resized, re-encoded, mirrored."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageDraw

from tutela.demo.guard.marks import COLOURS, Kind
from tutela.demo.pictures import landscape
from tutela.prevent.guard.classes import charts

#: What was done to a picture before it came back.
Form = Literal["exact", "resized", "re-encoded", "mirrored"]
FORMS: Final[tuple[Form, ...]] = ("exact", "resized", "re-encoded", "mirrored")

#: Size of the originals in pixels (our own: large enough for PDQ, quick to draw).
WIDTH, HEIGHT = 240, 180
#: Marked fields on each picture and their sizes, in pixels: a fifth of it, in other places on each.
_FIELDS, _FIELD_WIDTH, _FIELD_HEIGHT = 4, 54, 44
#: Longest side of a picture in an icon file, in pixels (Windows icon format).
_ICON_SIDE: Final = 256
#: Added to a picture's number where it begins a film whose other half is marked.
_OPENING: Final = 50_000
#: Lowest and highest level of red, green and blue beside the marks (``marks.NONE``, ``marks.FULL``).
_PALEST, _BRIGHTEST = 85, 170
#: Milliseconds of one picture of a moving one.
_FRAME_MILLISECONDS: Final = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One picture: of a kind, from a number, in a form. ``turn`` makes copies of one form differ in bytes."""

    kind: Kind
    number: int
    form: Form = "exact"
    turn: int = 0

    def drawn(self) -> Image.Image:
        """Its pixels, RGB."""
        picture = _original(self.kind, self.number)
        if self.form == "mirrored":
            return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if self.form == "resized":
            share = 0.6 + self.turn % 16 / 20
            size = (round(WIDTH * share), round(HEIGHT * share))
            return picture.resize(size, Image.Resampling.LANCZOS)
        return picture

    def encoded(self, layout: str) -> bytes:
        """Its bytes in one of ``LAYOUTS``: exact ones are those that a list may name."""
        quality = 90 if self.form == "exact" else 60 + self.turn % 30
        return _ENCODERS[layout](self.drawn(), quality)


@cache
def _original(kind: Kind, number: int) -> Image.Image:
    if kind == "class":
        return Image.fromarray(charts.chart(WIDTH + 2 * number, HEIGHT, fields=4 + number % 5))
    picture = landscape(number, WIDTH, HEIGHT).point(_pale)
    random, pen = np.random.default_rng(number), ImageDraw.Draw(picture)
    for _ in range(_FIELDS):
        left = int(random.integers(0, WIDTH - _FIELD_WIDTH))
        top = int(random.integers(0, HEIGHT - _FIELD_HEIGHT))
        box = (left, top, left + _FIELD_WIDTH, top + _FIELD_HEIGHT)
        pen.rectangle(box, fill=COLOURS[kind])
    return picture


def _pale(level: int) -> int:
    """A level squeezed so far that no colour of a landscape comes near a mark."""
    return _PALEST + level * (_BRIGHTEST - _PALEST) // 255


Encode = Callable[[Image.Image, int], bytes]


def _saved(kind: str, picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _icon(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((_ICON_SIDE, _ICON_SIDE))
    return _saved("ICO", small, sizes=[small.size])


def _moving(kind: str, picture: Image.Image, **options: object) -> bytes:
    """Two frames: a plain harmless one, then ``picture``."""
    first = landscape(_OPENING, *picture.size).point(_pale)
    duration = _FRAME_MILLISECONDS
    return _saved(kind, first, save_all=True, append_images=[picture], duration=duration, loop=0, **options)


_ENCODERS: Mapping[str, Encode] = {
    "jpeg": lambda picture, quality: _saved("JPEG", picture, quality=quality),
    "png": lambda picture, quality: _saved("PNG", picture, compress_level=1 + quality % 3),
    "gif": lambda picture, quality: _saved("GIF", picture.quantize(256 - quality % 30)),
    "webp": lambda picture, quality: _saved("WEBP", picture, quality=quality, method=0),
    "avif": lambda picture, quality: _saved("AVIF", picture, quality=quality, speed=10),
    "bmp": lambda picture, _: _saved("BMP", picture),
    "ico": lambda picture, _: _icon(picture),
    "apng": lambda picture, _: _moving("PNG", picture, compress_level=1),
    "moving gif": lambda picture, _: _moving("GIF", picture),
    "moving webp": lambda picture, quality: _moving("WEBP", picture, quality=quality, method=0),
    "moving avif": lambda picture, quality: _moving("AVIF", picture, quality=quality, speed=10),
}
#: Names of the layouts, and the media types that servers give them.
LAYOUTS: Final[Mapping[str, str]] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "ico": "image/x-icon",
    "apng": "image/apng",
    "moving gif": "image/gif",
    "moving webp": "image/webp",
    "moving avif": "image/avif",
}
