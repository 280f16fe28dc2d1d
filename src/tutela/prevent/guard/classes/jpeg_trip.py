"""What a JPEG keeps of a picture: the losses of encoding and decoding, without either.

Some models were trained on pictures that went through one, and score others wrongly. Only
``detect.media`` may open a decoder, and the entropy coding that is left out here loses nothing.
Source: ITU-T T.81 Annex A and K, JFIF 1.02, libjpeg's quality scale and its triangle filter (jdsample.c).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]
#: Quantisation tables K.1 (luma) and K.2 (colour).
_LUMA: Final = (
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62 "
    "18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 "
    "103 99"
)
_COLOUR: Final = (
    "17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99 "
    "99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99"
)
#: RGB to Y, Cb, Cr (JFIF 1.02 section 7).
_TO_YCC: Final = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float64
)
_FROM_YCC: Final = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]], np.float64)
#: Quality from which libjpeg's scale falls in a straight line (jcparam.c).
_MIDDLE: Final = 50


def through_jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """``pixels`` (H, W, 3), sides a multiple of 16, after a JPEG of quality 1-100 with colour 4:2:0."""
    ycc = np.rint(pixels.astype(np.float64) @ _TO_YCC.T)
    luma = _kept(ycc[..., 0] - 128, _table(_LUMA, quality)) + 128
    colours = (_doubled(_kept(_halved(ycc[..., place]), _table(_COLOUR, quality))) for place in (1, 2))
    back = np.stack([luma, *colours], axis=-1) @ _FROM_YCC.T
    return np.clip(np.rint(back), 0, 255).astype(np.uint8)


def _table(numbers: str, quality: int) -> _Floats:
    scale = 5_000 // quality if quality < _MIDDLE else 200 - 2 * quality
    steps = (np.array(numbers.split(), np.int64) * scale + 50) // 100
    return np.clip(steps, 1, 255).reshape(8, 8).astype(np.float64)


@cache
def _cosines() -> _Floats:
    """The orthonormal DCT of eight samples."""
    places = np.arange(8)
    matrix = np.cos((2 * places[None, :] + 1) * places[:, None] * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    return matrix


def _kept(plane: _Floats, steps: _Floats) -> _Floats:
    """A plane after its blocks' coefficients were rounded to whole ``steps``."""
    rows, columns = plane.shape
    blocks = plane.reshape(rows // 8, 8, columns // 8, 8).swapaxes(1, 2)
    cosines = _cosines()
    rounded = np.rint(cosines @ blocks @ cosines.T / steps) * steps
    return np.asarray(np.rint(cosines.T @ rounded @ cosines).swapaxes(1, 2).reshape(rows, columns))


def _halved(plane: _Floats) -> _Floats:
    rows, columns = plane.shape
    return np.asarray(np.rint(plane.reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3))))


def _doubled(plane: _Floats) -> _Floats:
    """Twice the samples in both directions: three parts of the nearest one, one part of the next."""
    for axis in (0, 1):
        before = np.concatenate([np.take(plane, [0], axis), np.delete(plane, -1, axis)], axis)
        after = np.concatenate([np.delete(plane, 0, axis), np.take(plane, [-1], axis)], axis)
        pairs = np.stack([3 * plane + before, 3 * plane + after], axis + 1) / 4
        shape = list(plane.shape)
        shape[axis] *= 2
        plane = pairs.reshape(shape)
    return plane
