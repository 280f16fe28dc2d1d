"""From a square of pixels to the numbers that a model takes, exactly as its card says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.classes.cards import ModelInput
from tutela.prevent.guard.classes.jpeg_trip import through_jpeg


def prepared(square: NDArray[np.uint8], wanted: ModelInput) -> NDArray[np.float32]:
    """float32 of shape (1, crop, crop, 3) or (1, 3, crop, crop) from RGB of shape (side, side, 3).

    ``mean`` and ``divisor`` are in the order of the model's colours.
    """
    pixels = through_jpeg(square, wanted.jpeg_quality) if wanted.jpeg_quality else square
    off = (wanted.side_pixels - wanted.crop_pixels) // 2
    inner = pixels[off : off + wanted.crop_pixels, off : off + wanted.crop_pixels]
    ordered = inner[..., ::-1] if wanted.colours == "bgr" else inner
    mean, divisor = (np.array(three, np.float32) for three in (wanted.mean, wanted.divisor))
    values = (ordered.astype(np.float32) - mean) / divisor
    if wanted.layout == "nchw":
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values[None], np.float32)
