"""One decoded film frame to the reduction from which PDQ is finished. Runs inside the worker.

The Y plane of 8-bit YUV goes to the kernel as it lies in memory (performance.md section 5);
everything else is brought to RGB first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from tutela import arithmetic

#: 8-bit pixel formats whose first plane is the luma, one byte a pixel (libavutil/pixdesc.c).
LUMA_PLANE_FORMATS = frozenset(
    "yuv420p yuvj420p yuv422p yuvj422p yuv444p yuvj444p yuv440p yuvj440p yuv411p yuvj411p"
    " yuv410p nv12 nv21 nv16 nv24 gray".split()
)
#: Formats that use the full range 0-255 whatever the stream says (libavutil: the yuvj family, grey).
FULL_RANGE_FORMATS = frozenset("yuvj420p yuvj422p yuvj444p yuvj440p yuvj411p gray".split())
#: AVCOL_RANGE_JPEG of libavutil/pixfmt.h: full range.
COLOR_RANGE_FULL = 2
#: Bits of ``ShownForm.clip_flags``.
CLIP_BOX_REDUCED = 2
CLIP_LIMITED_RANGE = 4
#: Bytes of a display matrix: nine 32-bit integers, 16.16 fixed point (libavutil/display.h).
DISPLAY_MATRIX_BYTES = 36


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """How a stored frame must be turned to be shown upright: transpose first, then reverse axes."""

    transpose: bool = False
    reverse_rows: bool = False
    reverse_columns: bool = False

    def apply(self, plane: NDArray[np.generic]) -> NDArray[np.generic]:
        """The plane as it is shown: (H, W) or (H, W, 3) in, a view of the same or swapped sides out."""
        turned = plane.swapaxes(0, 1) if self.transpose else plane
        rows = slice(None, None, -1) if self.reverse_rows else slice(None)
        columns = slice(None, None, -1) if self.reverse_columns else slice(None)
        return turned[rows, columns]


UPRIGHT = Turn()


def parse_display_matrix(untrusted_matrix: bytes) -> Turn:
    """The turn that a display matrix asks for; matrices that are no quarter turn count as upright.

    A pixel at (x, y) is shown at (a x + c y, b x + d y) for the matrix ``a b u c d v x y w``
    (libavutil/display.h, ISO 14496-12 section 6.2.2).
    """
    if len(untrusted_matrix) != DISPLAY_MATRIX_BYTES:
        return UPRIGHT
    a, b, _u, c, d = (int(v) for v in np.frombuffer(untrusted_matrix, dtype="=i4")[:5])
    if abs(b) > abs(a) and abs(c) > abs(d):
        return Turn(transpose=True, reverse_rows=b < 0, reverse_columns=c < 0)
    return Turn(reverse_rows=d < 0, reverse_columns=a < 0)


def turn_of(frame: av.VideoFrame) -> Turn:
    """The turn named by the frame's display matrix, upright when it has none."""
    for side_data in frame.side_data.keys():  # noqa: SIM118 - iterating the container gives other objects
        if side_data.type.name == "DISPLAYMATRIX":
            return parse_display_matrix(bytes(side_data))
    return UPRIGHT


def luma_plane(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """A view of the frame's Y plane, uint8 of shape (H, W), rows ``line_size`` bytes apart."""
    plane = frame.planes[0]
    stride = plane.line_size
    rows = np.frombuffer(plane, dtype=np.uint8, count=stride * frame.height)
    return rows.reshape(frame.height, stride)[:, : frame.width]


def rgb_pixels(frame: av.VideoFrame, pixels_max: int) -> NDArray[np.uint8]:
    """The frame as uint8 RGB of shape (h, w, 3), area-averaged down to at most ``pixels_max`` pixels."""
    scale = min(1.0, sqrt(pixels_max / (frame.width * frame.height)))
    size = (max(1, int(frame.width * scale)), max(1, int(frame.height * scale)))
    shown = frame.reformat(
        width=size[0], height=size[1], format="rgb24", interpolation=Interpolation.AREA, threads=1
    )
    plane = shown.planes[0]
    rows = np.frombuffer(plane, dtype=np.uint8, count=plane.line_size * shown.height)
    return rows.reshape(shown.height, plane.line_size)[:, : shown.width * 3].reshape(
        shown.height, shown.width, 3
    )


def reduce_frame(frame: av.VideoFrame, reduced_pixels_max: int) -> tuple[NDArray[np.float32], int]:
    """(64 x 64 luma, float32, as stored and not yet turned; ``clip_flags``).

    Limited range stays as it is, because PDQ's bits do not depend on offset and scale
    (performance.md section 2.4); the flag lets the quality be multiplied by 255/219.
    """
    if frame.format.name in LUMA_PLANE_FORMATS and frame.planes[0].line_size >= frame.width:
        full_range = frame.color_range == COLOR_RANGE_FULL or frame.format.name in FULL_RANGE_FORMATS
        return arithmetic.reduce_luma(luma_plane(frame)), 0 if full_range else CLIP_LIMITED_RANGE
    pixels = rgb_pixels(frame, reduced_pixels_max)
    reduced = pixels.shape[0] * pixels.shape[1] < frame.width * frame.height
    return arithmetic.reduce_luma(pixels), CLIP_BOX_REDUCED if reduced else 0
