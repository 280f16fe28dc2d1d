"""Screens made for tests: a page with text, pictures put on it, a call. All generated and benign."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.pictures import landscape
from tutela.prevent.guard.screen.shapes import Pixels, Rectangle

WIDTH, HEIGHT = 960, 704
#: Where most tests put a picture: no side lies on the edge of a tile.
PLACE = Rectangle(left=301, top=203, width=320, height=240)


def rect(left: int, top: int, width: int, height: int) -> Rectangle:
    return Rectangle(left=left, top=top, width=width, height=height)


def frame(image: Image.Image) -> Pixels:
    """A picture as a screenshot gives it: blue, green, red and a byte without meaning."""
    pixels = np.zeros((image.height, image.width, 4), np.uint8)
    pixels[..., :3] = np.asarray(image.convert("RGB"))[..., ::-1]
    return pixels


def page(*, dark: bool = False, first: int = 0) -> Pixels:
    """A page of dense text with soft edges, dark on light or light on dark."""
    return _page(dark, first).copy()


@cache
def _page(dark: bool, first: int) -> Pixels:
    ground, ink = ((24, 26, 31), (200, 210, 220)) if dark else ((255, 255, 255), (20, 20, 20))
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=14)
    for line in range(40):
        words = f"{first + line:04d} The quick brown fox jumps over the lazy dog; pack my box with jugs. " * 2
        pen.text((12, 8 + line * 17), words, fill=ink, font=font)
    return frame(image)


def plain(width: int = WIDTH, height: int = HEIGHT, grey: int = 250) -> Pixels:
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., :3] = grey
    return pixels


def picture(seed: int = 1, width: int = PLACE.width, height: int = PLACE.height) -> Pixels:
    return _picture(seed, width, height).copy()


@cache
def _picture(seed: int, width: int, height: int) -> Pixels:
    return frame(landscape(seed, width, height))


def put(pixels: Pixels, over: Pixels, left: int = PLACE.left, top: int = PLACE.top) -> Pixels:
    """A copy with something on it, cut off at the edges."""
    shown = pixels.copy()
    part = shown[top : top + over.shape[0], left : left + over.shape[1]]
    part[...] = over[: part.shape[0], : part.shape[1]]
    return shown


def figure(pixels: Pixels, over: Pixels, left: int = PLACE.left, top: int = PLACE.top) -> Pixels:
    """A copy of a page with a picture on it, ten pixels of white round it."""
    margin = plain(over.shape[1] + 20, over.shape[0] + 20, 255)
    return put(put(pixels, margin, left - 10, top - 10), over, left, top)


def near(one: Rectangle, other: Rectangle, pixels: int = 2) -> bool:
    """Whether all sides of both lie within so many pixels."""
    return (
        max(
            abs(one.left - other.left),
            abs(one.top - other.top),
            abs(one.right - other.right),
            abs(one.bottom - other.bottom),
        )
        <= pixels
    )


def covers_it(veil: Rectangle, place: Rectangle = PLACE) -> bool:
    """Whether a veil covers all of a place but for two pixels, and not much more."""
    return veil.shared(place) >= (place.width - 4) * (place.height - 4) and veil.likeness(place) >= 0.6
