"""The bytes of what is planted: pictures and films drawn from numbers, altered copies, broken files."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tutela.demo.copies import THIRTEEN, jpeg, reencoded
from tutela.demo.films import FilmPlan, write_film
from tutela.demo.pictures import landscape

#: Pixels of a planted picture: enough for every hash, and drawn in ten milliseconds.
WIDTH, HEIGHT = 366, 275
#: JPEG quality of an original.
ORIGINAL_QUALITY = 88
#: What a planted film is like: two seconds, small.
FILM = FilmPlan(seconds=2, width=160, height=120, rate_hz=5)
#: Files that are kept once they were made; a gallery and all the other items fit.
KEPT_FILES = 1_024
#: Part of a file that is left where it was cut off in the middle.
LEFT_OF_BROKEN = 3
_ALTERED = {variant.name: variant for variant in THIRTEEN}


@lru_cache(maxsize=KEPT_FILES)
def content(making: str, seed: int) -> bytes:
    """The bytes of the file that ``making`` makes from ``seed``; the same on every run.

    ``making`` is ``original``, one of the thirteen names of ``demo.copies``, ``re-encoded``, ``cut off``,
    ``no picture``, ``film``, ``film cut off`` or ``no film``. Raises KeyError for another word.
    """
    special = _SPECIAL.get(making)
    if special is not None:
        return special(seed)
    return _ALTERED[making].of(_drawn(seed)).data


def suffix_of(making: str) -> str:
    """The ending of such a file's name, with its dot."""
    if "film" in making:
        return ".mp4"
    return _ALTERED[making].suffix if making in _ALTERED else ".jpg"


def _drawn(seed: int) -> Image.Image:
    return landscape(seed, WIDTH, HEIGHT)


def _original(seed: int) -> bytes:
    return jpeg(_drawn(seed), quality=ORIGINAL_QUALITY)


def _film(seed: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        write_film(path, seed, FILM)
        return path.read_bytes()


def _cut_off(making: str, seed: int) -> bytes:
    whole = content(making, seed)
    return whole[: len(whole) // LEFT_OF_BROKEN]


_SPECIAL: dict[str, Callable[[int], bytes]] = {
    "original": _original,
    "re-encoded": lambda seed: reencoded(_drawn(seed)),
    "cut off": lambda seed: _cut_off("original", seed),
    "no picture": lambda seed: f"This is no picture. It is number {seed}.\n".encode(),
    "film": _film,
    "film cut off": lambda seed: _cut_off("film", seed),
    "no film": lambda seed: f"This is no film. It is number {seed}.\n".encode(),
}
