"""One decoded film frame to the reduction from which PDQ is finished. Runs inside the worker.

The Y plane of 8-bit YUV goes to the kernel as it lies in memory (performance.md section 5);
everything else is brought to RGB first.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from tutela.detect.media.film_rounding import SAMPLED_FORMATS, hangs_on_rounding, rounded
from tutela.detect.media.turning import Geometry, shown_luma, shown_pixels

#: 8-bit pixel formats whose first plane is the luma, one byte a pixel (libavutil/pixdesc.c).
LUMA_PLANE_FORMATS: Final = frozenset(
    {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv440p", "yuvj440p"}
    | {"yuv411p", "yuvj411p", "yuv410p", "nv12", "nv21", "nv16", "nv24", "gray"}
)
#: Formats that use the full range 0-255 whatever the stream says (libavutil: the yuvj family, grey).
FULL_RANGE_FORMATS: Final = frozenset(["yuvj420p", "yuvj422p", "yuvj444p", "yuvj440p", "yuvj411p", "gray"])
#: AVCOL_RANGE_JPEG of libavutil/pixfmt.h: full range.
COLOR_RANGE_FULL: Final = 2
#: Bits of ``ShownForm.clip_flags``.
CLIP_BOX_REDUCED: Final = 2
CLIP_LIMITED_RANGE: Final = 4
#: Bytes of a display matrix: nine 32-bit integers, 16.16 fixed point (libavutil/display.h).
DISPLAY_MATRIX_BYTES: Final = 36


#: Orientation by (rows and columns change places, rows reversed, columns reversed) of the shown frame.
_ORIENTATIONS: Final = {
    (False, False, False): 1,
    (False, False, True): 2,
    (False, True, True): 3,
    (False, True, False): 4,
    (True, False, False): 5,
    (True, False, True): 6,
    (True, True, True): 7,
    (True, True, False): 8,
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ShownFrame:
    """A frame as a player shows it: size in pixels, 64 x 64 float32 luma, ``clip_flags``."""

    width: int
    height: int
    luma64: NDArray[np.float32]
    clip_flags: int


def parse_display_matrix(untrusted_matrix: bytes) -> int:
    """The EXIF orientation (1-8) that a display matrix asks for; 1 for what is no quarter turn.

    A pixel at (x, y) is shown at (a x + c y, b x + d y) for the matrix ``a b u c d v x y w``
    (libavutil/display.h, ISO/IEC 14496-12 section 6.2.2).
    """
    if len(untrusted_matrix) != DISPLAY_MATRIX_BYTES:
        return 1
    a, b, _u, c, d = (int(v) for v in np.frombuffer(untrusted_matrix, dtype="=i4")[:5])
    if abs(b) > abs(a) and abs(c) > abs(d):
        return _ORIENTATIONS[True, b < 0, c < 0]
    return _ORIENTATIONS[False, d < 0, a < 0]


def orientation_of(frame: av.VideoFrame) -> int:
    """The EXIF orientation of the frame's display matrix, 1 when it has none.

    It ties the frame into a reference cycle of PyAV 18: the frame lives until the collector runs.
    """
    side_data: Any = frame.side_data
    try:
        matrix: Any = side_data[
            "DISPLAYMATRIX"
        ]  # by name: the keys of PyAV 19 are other ones than those of 18
    except KeyError:
        return 1
    return parse_display_matrix(bytes(matrix))


def luma_plane(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """A view of the frame's Y plane, uint8 of shape (H, W), rows ``line_size`` bytes apart."""
    return _plane_rows(frame)[:, : frame.width]


def rgb_pixels(frame: av.VideoFrame, pixels_max: int) -> NDArray[np.uint8]:
    """The frame as uint8 RGB of shape (h, w, 3), area-averaged down to at most ``pixels_max`` pixels."""
    scale = min(1.0, sqrt(pixels_max / (frame.width * frame.height)))
    size = (max(1, int(frame.width * scale)), max(1, int(frame.height * scale)))
    shown = frame.reformat(
        width=size[0], height=size[1], format="rgb24", interpolation=Interpolation.AREA, threads=1
    )
    return _plane_rows(shown)[:, : shown.width * 3].reshape(shown.height, shown.width, 3)


def _plane_rows(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """The first plane as it lies in memory: uint8 of shape (H, line_size)."""
    plane: Any = frame.planes[0]
    rows = np.frombuffer(plane, dtype=np.uint8, count=plane.line_size * frame.height)
    return rows.reshape(frame.height, plane.line_size)


def show(frame: av.VideoFrame, reduced_pixels_max: int, orientation: int = 1) -> ShownFrame:
    """The frame reduced for PDQ as it is shown; only the operators are turned, never the frame.

    Limited range stays as it is, because PDQ's bits do not depend on offset and scale
    (performance.md section 2.4); the flag lets the quality be multiplied by 255/219.
    Frames whose bits hang on it get the rounding of RGB (``film_rounding``).
    """
    stored, clip_flags = _stored(frame, reduced_pixels_max)
    geometry = Geometry(width=stored.shape[1], height=stored.shape[0], orientation=orientation)
    luma64 = shown_luma(stored, geometry)
    if frame.format.name in SAMPLED_FORMATS and hangs_on_rounding(luma64):
        luma64 = rounded(frame, luma64, orientation, limited=bool(clip_flags & CLIP_LIMITED_RANGE))
    width, height = Geometry(width=frame.width, height=frame.height, orientation=orientation).shown_size
    return ShownFrame(width=width, height=height, luma64=luma64, clip_flags=clip_flags)


def shown_rgb(frame: av.VideoFrame, pixels_max: int, orientation: int = 1) -> NDArray[np.uint8]:
    """The frame as shown with that EXIF orientation, uint8 RGB of shape (H, W, 3)."""
    return np.ascontiguousarray(shown_pixels(rgb_pixels(frame, pixels_max), orientation))


def _stored(frame: av.VideoFrame, reduced_pixels_max: int) -> tuple[NDArray[np.uint8], int]:
    """(luma plane or RGB pixels as stored, ``clip_flags``)."""
    name = frame.format.name
    if name in LUMA_PLANE_FORMATS and frame.planes[0].line_size >= frame.width:
        full_range = frame.color_range == COLOR_RANGE_FULL or name in FULL_RANGE_FORMATS
        return luma_plane(frame), 0 if full_range else CLIP_LIMITED_RANGE
    pixels = rgb_pixels(frame, reduced_pixels_max)
    reduced = pixels.shape[0] * pixels.shape[1] < frame.width * frame.height
    return pixels, CLIP_BOX_REDUCED if reduced else 0


def tiny_film() -> io.BytesIO:
    """A film of two grey frames in memory, for warming up."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="avi") as film:
        stream = film.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.thread_count = 1
        pixels = np.full((64, 64, 3), 128, np.uint8)
        for _ in range(2):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(stream.encode(None))
    buffer.seek(0)
    return buffer
