"""A desktop on which nothing is to be veiled, frame after frame: text, tables, menus, windows that move over
a photograph, and a video call that goes on all the time. Everything is generated; no frame is like the last.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tutela.demo.pictures import landscape
from tutela.prevent.guard.screen.shapes import Pixels

WIDTH, HEIGHT = 1280, 720
#: Where the call is: nothing else comes over it.
CALL = (920, 420, 320, 240)
_TEXT = """the and of a to in meeting budget table figure house garden river window letter train morning
report list answer question tomorrow market number street coffee paper reader village teacher summer"""
_WORDS = tuple(_TEXT.split())
_INK, _PAPER, _NIGHT, _LIGHT = (20, 20, 20), (255, 255, 255), (24, 26, 31), (205, 212, 220)


def as_pixels(image: Image.Image) -> Pixels:
    """A picture as a screenshot gives it."""
    pixels = np.zeros((image.height, image.width, 4), np.uint8)
    pixels[..., :3] = np.asarray(image.convert("RGB"))[..., ::-1]
    return pixels


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that Pillow brings, with soft edges."""
    return ImageFont.load_default(size=size)


@cache
def text(seed: int, width: int, height: int, dark: bool) -> Pixels:
    """A sheet full of words."""
    dice = random.Random(seed)
    image = Image.new("RGB", (width, height), _NIGHT if dark else _PAPER)
    pen = ImageDraw.Draw(image)
    for top in range(8, height - 20, dice.choice((17, 19, 22))):
        line = " ".join(dice.choice(_WORDS) for _ in range(dice.randrange(2, max(3, width // 45))))
        pen.text((12, top), line, fill=_LIGHT if dark else _INK, font=font(14))
    return as_pixels(image)


class Desktop:
    """The screen as it is now; scenes change it in place."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.wallpaper = as_pixels(landscape(7_000 + seed, WIDTH, HEIGHT))
        self.screen = self.wallpaper.copy()
        self._caller = as_pixels(landscape(7_500 + seed, 400, 300))
        self._sitter = as_pixels(landscape(7_600 + seed, 110, 150))
        self._grain = np.random.default_rng(seed)
        self._step = 0

    def draw_call(self) -> None:
        """The call a tenth of a second later: somebody moves a little, the light changes, grain."""
        self._step += 1
        at, (left, top, width, height) = self._step, CALL
        view = self._caller[20 : 20 + height, 30 : 30 + width, :3].astype(np.int16)
        sway, nod = int(25 * np.sin(at / 31)), int(8 * np.sin(at / 13))
        view[60 + nod : 210 + nod, 100 + sway : 210 + sway] = self._sitter[..., :3]
        light = round(6 * np.sin(at / 170))
        grain = self._grain.integers(-3, 4, (height, width, 1), np.int16)
        shown = self.screen[top : top + height, left : left + width]
        shown[..., :3] = np.clip(view + light + grain, 0, 255)

    def window(self, left: int, top: int, content: Pixels) -> None:
        """A window with a bar and a frame."""
        height, width = content.shape[:2]
        frame = self.screen[max(0, top - 24) : top + height + 1, max(0, left - 1) : left + width + 1]
        frame[..., :3] = 150
        self.screen[max(0, top - 24) : max(0, top - 1), left : left + width, :3] = 225
        place = self.screen[top : top + height, left : left + width]
        place[...] = content[: place.shape[0], : place.shape[1]]

    def clear(self) -> None:
        """Nothing but the wallpaper, and the call."""
        left, top, width, height = CALL
        kept = self.screen[top : top + height, left : left + width].copy()
        self.screen[...] = self.wallpaper
        self.screen[top : top + height, left : left + width] = kept


def typing(desk: Desktop) -> Iterator[None]:
    """Words come letter by letter; a caret blinks."""
    sheet = text(desk.dice.randrange(40), 860, 400, desk.dice.random() < 0.5)
    for step in range(120):
        row, column = divmod(step * 21, 840)
        desk.window(20, 60, np.full_like(sheet, sheet[0, 0]))
        shown = desk.screen[60:460, 20:880]
        shown[: row * 19] = sheet[: row * 19]
        shown[row * 19 : row * 19 + 19, : column + 12] = sheet[row * 19 : row * 19 + 19, : column + 12]
        if step % 5 < 3:
            shown[row * 19 + 2 : row * 19 + 17, column + 13 : column + 15, :3] = 120
        yield


def scrolling(desk: Desktop) -> Iterator[None]:
    """A long text moves under a window's frame."""
    sheet = text(100 + desk.dice.randrange(20), 840, 2_000, desk.dice.random() < 0.5)
    speed = desk.dice.choice((3, 17, 60, 240))
    for step in range(100):
        at = step * speed % 1_500
        desk.window(30, 40, sheet[at : at + 500])
        yield


def table(desk: Desktop) -> Iterator[None]:
    """A striped table in which a cell is chosen, then another."""
    sheet = text(200 + desk.dice.randrange(20), 800, 480, False).copy()
    for top in range(0, 480, 40):
        block = sheet[top : top + 20, :, :3]
        block[(block == 255).all(axis=2)] = 238
    for _ in range(80):
        shown = sheet.copy()
        left, top = desk.dice.randrange(8) * 100, desk.dice.randrange(24) * 20
        shown[top : top + 20, left : left + 100, :3] = shown[top : top + 20, left : left + 100, :3] // 2 + 100
        desk.window(60, 100, shown)
        yield


def menus(desk: Desktop) -> Iterator[None]:
    """A menu opens and closes, its lines light up; a bar fills; a button is pressed."""
    sheet = text(300 + desk.dice.randrange(20), 840, 560, False)
    for step in range(80):
        desk.window(30, 40, sheet)
        if step % 20 < 12:
            left = 60 + 90 * (step // 20)
            desk.screen[60:320, left : left + 180, :3] = 245
            desk.screen[60:320, left + 10 : left + 170] = text(9, 160, 260, False)
            line = 62 + 19 * (step % 12)
            desk.screen[line : line + 19, left : left + 180, :3] //= 2
        desk.screen[560:580, 60:460, :3] = 215
        desk.screen[560:580, 60 : 64 + step * 5, :3] = (200, 110, 30)
        yield


def chart(desk: Desktop) -> Iterator[None]:
    """Bars in strong colours grow over white ground."""
    heights = [desk.dice.randrange(60, 400) for _ in range(8)]
    colours = [tuple(desk.dice.randrange(256) for _ in range(3)) for _ in heights]
    for step in range(60):
        sheet = np.full((500, 800, 4), 255, np.uint8)
        for number, (height, colour) in enumerate(zip(heights, colours, strict=True)):
            top = 480 - min(height, height * (step + 1) // 60 + 1)
            sheet[top:480, 40 + number * 95 : 80 + number * 95, :3] = colour
        sheet[480 - step : 481, 10:14, :3] = 60
        desk.window(40, 60, sheet)
        yield


def dragging(desk: Desktop) -> Iterator[None]:
    """A window with text moves over the wallpaper."""
    sheet = text(400 + desk.dice.randrange(20), 420, 260, desk.dice.random() < 0.5)
    reach = desk.dice.choice((4, 12, 40))
    for step in range(90):
        desk.clear()
        desk.window(10 + step * reach % 460, 40 + (step * reach // 2) % 300, sheet)
        yield


def switching(desk: Desktop) -> Iterator[None]:
    """Two windows and the bare desktop take turns."""
    one, other = text(500, 860, 600, False), text(501, 700, 420, True)
    for step in range(30):
        desk.clear()
        if step % 3:
            desk.window(20, 60, one if step % 3 == 1 else other)
        yield


SCENES: tuple[Callable[[Desktop], Iterator[None]], ...] = (
    typing, scrolling, table, menus, chart, dragging, switching,
)  # fmt: skip


def changes(seed: int) -> Iterator[Pixels]:
    """The bare desktop, the same with the call, and then frames without end. Each is the reader's own."""
    desk = Desktop(seed)
    yield desk.screen.copy()
    desk.draw_call()
    yield desk.screen.copy()
    while True:
        for _ in desk.dice.choice(SCENES)(desk):
            desk.draw_call()
            yield desk.screen.copy()
