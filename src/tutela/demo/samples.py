"""The conformance kit's pictures: generated, benign, and each with the thirteen altered copies."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from tutela.demo.copies import THIRTEEN, jpeg
from tutela.demo.pictures import landscape

#: JPEG quality of an original (cameras use 90 and more).
ORIGINAL_QUALITY = 92
#: Seeds of strangers begin here: far from those of samples.
STRANGERS_FROM = 1_000_000
#: Seeds of one run: the next run's pictures begin behind them.
RUN_SPAN = 10_000_000
_MAKERS = {variant.name: variant.make for variant in THIRTEEN}


class GeneratedSamples:
    """Pictures of 640 x 480 by number; another ``seed`` gives others. A ``conformance.Samples``."""

    def __init__(self, seed: int = 0) -> None:
        self._first = seed * RUN_SPAN
        self.variants = tuple(_MAKERS)

    def original(self, number: int) -> bytes:
        """Picture ``number`` as JPEG."""
        return _original(self._first + number)

    def copy(self, number: int, variant: str) -> bytes:
        """The altered copy of picture ``number`` named as in ``tutela.demo.copies.THIRTEEN``."""
        return _MAKERS[variant](_picture(self._first + number))

    def stranger(self, number: int) -> bytes:
        """Another picture as JPEG."""
        return _original(self._first + STRANGERS_FROM + number)


@lru_cache(maxsize=64)
def _picture(seed: int) -> Image.Image:
    return landscape(seed)


@lru_cache(maxsize=64)
def _original(seed: int) -> bytes:
    return jpeg(_picture(seed), quality=ORIGINAL_QUALITY)
