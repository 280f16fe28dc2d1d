"""From decoded pixels to shown forms: names, crops, distinct frames, limits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.media.shapes import Ask, Limits, ShownForm
from tutela.detect.media.squashing import squashed
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.turning import EIGHTHS, Geometry, shown_luma, shown_pixels

#: Bits of ``ShownForm.clip_flags``.
REDUCED_DECODE, BOX_REDUCED = 1, 2


#: What a warm worker has reserved before it decodes anything (measured: 56 MiB), with the reserve
#: of ``lockdown`` for mapped libraries.
_BASE_BYTES: Final = 120 << 20


def free_bytes(limits: Limits) -> int:
    """Memory in bytes that a decoder may use for one file within ``worker_bytes_max``."""
    return limits.worker_bytes_max - _BASE_BYTES


def check_size(width: int, height: int, ask: Ask) -> None:
    """Raises DecodeTrouble when a picture of this size is over a limit or has no pixels."""
    if width < 1 or height < 1:
        raise DecodeTrouble("unreadable", "broken")
    if max(width, height) > ask.limits.side_max:
        raise DecodeTrouble("refused", "side")
    if width * height > ask.limits.pixels_max:
        raise DecodeTrouble("refused", "pixels")


@dataclass(kw_only=True, slots=True)
class Shower:
    """Emits the forms of one file; frames that reduce to the same luma and pixels are emitted once."""

    ask: Ask
    emit: Callable[[ShownForm], None]
    #: Set for pictures of several frames: frames that were seen already are left out.
    several: bool = False
    distinct: int = 0
    _seen: set[bytes] = field(default_factory=set)

    def show(
        self, frame: int, pixels: NDArray[np.uint8], geometry: Geometry, *, ground: str = "", flags: int = 0
    ) -> None:
        """Emits one frame (``ground`` is ``white``, ``black`` or nothing) and its crops."""
        luma = shown_luma(pixels, geometry)
        if self.several and not self._is_new(luma, pixels, ground):
            return
        self.distinct += ground != "black"
        name = f"f{frame}/r0/{ground}" if ground else f"f{frame}/r0"
        self._emit(frame, name, (pixels, luma), geometry, flags)
        for percent in self.ask.crops_percent:
            cropped, inner = centred_crop(pixels, geometry, percent)
            self._emit(frame, f"{name}/c{percent}", (cropped, shown_luma(cropped, inner)), inner, flags)

    def _is_new(self, luma: NDArray[np.float32], pixels: NDArray[np.uint8], ground: str) -> bool:
        look = luma.tobytes() + ground.encode()
        if self.ask.pixels and self.ask.pixels_side:  # what sees colours must meet frames that differ in them
            look += squashed(pixels, self.ask.pixels_side).tobytes()
        key = hashlib.blake2b(look, digest_size=16).digest()
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _emit(
        self,
        frame: int,
        name: str,
        picture: tuple[NDArray[np.uint8], NDArray[np.float32]],
        geometry: Geometry,
        flags: int,
    ) -> None:
        width, height = geometry.shown_size
        stored = picture[0]
        if self.ask.pixels and self.ask.pixels_side:
            stored = squashed(stored, self.ask.pixels_side)
        pixels = _rgb(shown_pixels(stored, geometry.orientation)) if self.ask.pixels else None
        self.emit(
            ShownForm(
                form=name,
                frame=frame,
                full_width=width,
                full_height=height,
                luma64=picture[1],
                clip_flags=flags,
                pixels=pixels,
            )
        )


def centred_crop(
    pixels: NDArray[np.uint8], geometry: Geometry, percent: int
) -> tuple[NDArray[np.uint8], Geometry]:
    """The picture without ``percent`` of each side (a view), and its geometry.

    In a reduced picture the cut lies on the nearest block of full pixels.
    """
    block = EIGHTHS // geometry.eighths
    across = _cut(geometry.width, percent, block)
    down = _cut(geometry.height, percent, block)
    rows, columns = pixels.shape[:2]
    inner = pixels[down // block : rows - down // block, across // block : columns - across // block]
    return inner, replace(geometry, width=geometry.width - 2 * across, height=geometry.height - 2 * down)


#: A crop never leaves fewer pixels a side than PDQ can hash (pdqhashing.cpp MIN_HASHABLE_DIM).
_SIDE_LEFT_MIN: Final = 5


def _cut(size: int, percent: int, block: int) -> int:
    """Full pixels to cut from each end of an axis, a multiple of ``block``."""
    cut = round(size * percent / 100 / block) * block
    return cut if size - 2 * cut >= _SIDE_LEFT_MIN else 0


def _rgb(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Contiguous (H, W, 3) from grey or RGB."""
    return np.ascontiguousarray(np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels)
