"""Benign films from a number: slow pans and zooms over generated pictures, with a cut every five seconds.

The recipe is that of the benchmarks (performance.md section 9). PyAV (extra ``video``) encodes; where
its build has no libx264, MPEG-4 part 2 is written instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tutela.demo.pictures import landscape
from tutela.kernel.errors import Unavailable

#: Seconds between cuts and frames between keyframes (performance.md section 9).
CUT_SECONDS = 5.0
KEYFRAME_FRAMES = 250
#: Encoders, the best first. The second is in every build of FFmpeg.
ENCODERS = ("libx264", "mpeg4")
#: One thread and no macroblock tree, whose vector code depends on addresses: the same bytes on every run.
X264_REPEATABLE = "mbtree=0:sync-lookahead=0"
#: How much larger than the film the pictures are over which it pans.
PAN_ROOM = 1.3
#: Part of a picture that is seen at first, against the film's own size, and how much nearer a scene ends.
NEAR_START, NEARER = 1.2, 0.1
#: Standard deviation of the noise on each frame, in grey levels ("mild noise").
NOISE_LEVELS = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmPlan:
    """What a film shall be like. Sides in pixels (even numbers), rate in frames a second."""

    seconds: float = 12.0
    width: int = 320
    height: int = 240
    rate_hz: int = 10
    bits_per_second: int = 400_000
    cut_seconds: float = CUT_SECONDS


def write_film(path: Path, seed: int, plan: FilmPlan | None = None) -> str:
    """The name of the encoder that was used. Writes a film over one picture of ``seed`` a scene."""
    plan = plan or FilmPlan()
    scenes = -(-round(plan.seconds * 1000) // round(plan.cut_seconds * 1000))
    wide, high = round(plan.width * PAN_ROOM), round(plan.height * PAN_ROOM)
    pictures = [landscape(seed * 1000 + scene, wide, high) for scene in range(scenes)]
    return write_frames(path, frames(pictures, seed, plan), plan)


def frames(pictures: Sequence[Image.Image], seed: int, plan: FilmPlan) -> Iterator[NDArray[np.uint8]]:
    """The frames as (height, width, 3) uint8: a pan and zoom over each picture in turn, mild noise."""
    random = np.random.default_rng(seed)
    tile = ((random.random((plan.height, 2 * plan.width, 1)) - 0.5) * (NOISE_LEVELS * 12**0.5)).round()
    noise = tile.astype(np.int16)
    per_scene = round(plan.cut_seconds * plan.rate_hz)
    for number in range(round(plan.seconds * plan.rate_hz)):
        scene, step = divmod(number, per_scene)
        shown = _view(pictures[scene % len(pictures)], step / per_scene, plan)
        shift = int(random.random() * plan.width)
        grained = np.asarray(shown, np.int16) + noise[:, shift : shift + plan.width]
        yield np.clip(grained, 0, 255).astype(np.uint8)


def _view(picture: Image.Image, progress: float, plan: FilmPlan) -> Image.Image:
    """What the camera sees at ``progress`` (0-1) of a scene: from the left and wide to the right and near."""
    near = 1.0 - NEARER * progress
    wide, high = plan.width * NEAR_START * near, plan.height * NEAR_START * near
    left = (picture.width - wide) * progress
    top = (picture.height - high) * (1 - progress)
    box = (left, top, left + wide, top + high)
    return picture.resize((plan.width, plan.height), Image.Resampling.BILINEAR, box=box)


def write_frames(path: Path, pictures: Iterator[NDArray[np.uint8]], plan: FilmPlan) -> str:
    """The name of the encoder that was used. Unavailable without PyAV (extra ``video``)."""
    av = _pyav()
    with av.open(str(path), "w") as film:
        stream, encoder = _stream(av, film, plan)
        for pixels in pictures:
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                film.mux(packet)
        for packet in stream.encode():
            film.mux(packet)
    return encoder


def _pyav() -> Any:
    try:
        import av
    except ImportError as error:
        raise Unavailable("films need PyAV: install the extra 'video'") from error
    return av


def _stream(av: Any, film: Any, plan: FilmPlan) -> tuple[Any, str]:
    encoder = next(name for name in ENCODERS if name in av.codecs_available)
    stream = film.add_stream(encoder, rate=Fraction(plan.rate_hz))
    stream.width, stream.height, stream.pix_fmt = plan.width, plan.height, "yuv420p"
    stream.bit_rate = plan.bits_per_second
    stream.codec_context.gop_size = KEYFRAME_FRAMES
    if encoder == "libx264":
        stream.options = {"preset": "veryfast", "threads": "1", "x264-params": X264_REPEATABLE}
    return stream, encoder
