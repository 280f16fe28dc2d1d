"""Protected pictures of a file: grey, at most 64 x 64 samples, blurred. The sandbox gives out no more.

Clear pixels are never asked for: what leaves a worker is the reduction from which PDQ is finished
(decisions.md section 1), and it is blurred once more before anybody sees it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from tutela.detect.media.hearing import Sink
from tutela.detect.media.shapes import Ask, Examined, Limits, ShownForm
from tutela.kernel.opener.tiles import TILES_MAX, Tile

#: Samples that each sample is averaged with, in each direction (our own: coarse shapes stay, faces do not).
BLUR_SAMPLES: Final = 1
#: CPU seconds for the first frames of a film (our own).
_FILM_CPU_SECONDS: Final = 10.0


class Examines(Protocol):
    """What is needed of a media pool."""

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """As ``MediaPool.examine``."""
        ...


class TileMaker:
    """Makes the tiles of one file after another, each through sealed workers."""

    def __init__(self, pool: Examines, limits: Limits) -> None:
        self._pool = pool
        self._ask = Ask(
            limits=replace(
                limits,
                frames_max=min(limits.frames_max, TILES_MAX),
                film_frames_max=min(limits.film_frames_max, TILES_MAX),
                film_cpu_seconds=min(limits.film_cpu_seconds, _FILM_CPU_SECONDS),
            )
        )

    def __call__(self, descriptor: int) -> tuple[Tile, ...]:
        """The tiles of the file, its first frames where it moves; none of what cannot be shown.

        Raises Unavailable where no worker can be started.
        """
        made: list[Tile] = []

        def keep(form: ShownForm) -> None:
            if len(made) < TILES_MAX:
                made.append(_tile(form))

        self._pool.examine(descriptor, self._ask, keep)
        return tuple(made)


def blurred(luma: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Each sample averaged with its neighbours, twice; edges are repeated."""
    picture = luma.astype(np.float32)
    for _ in range(2):
        picture = _averaged(picture)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def _averaged(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = picture.shape
    padded = np.pad(picture, BLUR_SAMPLES, mode="edge")
    steps = range(2 * BLUR_SAMPLES + 1)
    total = sum(padded[down : down + height, across : across + width] for down in steps for across in steps)
    return np.asarray(total / len(steps) ** 2, dtype=np.float32)


def _tile(form: ShownForm) -> Tile:
    return Tile(width=form.full_width, height=form.full_height, luma=blurred(form.luma64).tobytes())
