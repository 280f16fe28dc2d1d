"""Pictures of 50 megapixels in each coding, for the memory bound of a media worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from PIL import Image

from tests.icc import wide_gamut_profile
from tests.pictures import encoded
from tutela.demo.pictures import landscape

#: 49.97 megapixels, just below the limit of 50.
WIDTH, HEIGHT = 8_192, 6_100


@cache
def picture() -> Image.Image:
    """A smooth landscape of full size."""
    return landscape(50, 512, 381).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def _with_alpha() -> Image.Image:
    shown = picture().copy()
    ramp = np.linspace(0, 255, WIDTH, dtype=np.uint8)
    shown.putalpha(Image.fromarray(np.broadcast_to(ramp, (HEIGHT, WIDTH)).copy()))
    return shown


def _sixteen_bit() -> Image.Image:
    return Image.fromarray(np.asarray(picture().convert("L")).astype(np.uint16) * 257)


LARGE: Mapping[str, Callable[[], bytes]] = {
    "jpeg": lambda: encoded(picture(), "JPEG", quality=80),
    "jpeg progressive 4:4:4": lambda: encoded(picture(), "JPEG", quality=80, progressive=True, subsampling=0),
    "jpeg cmyk": lambda: encoded(picture().convert("CMYK"), "JPEG", quality=80),
    "jpeg icc": lambda: encoded(picture(), "JPEG", quality=80, icc_profile=wide_gamut_profile()),
    "png rgb": lambda: encoded(picture(), "PNG", compress_level=1),
    "png rgba": lambda: encoded(_with_alpha(), "PNG", compress_level=1),
    "png 16-bit": lambda: encoded(_sixteen_bit(), "PNG", compress_level=1),
    "png palette": lambda: encoded(picture().quantize(64, method=2), "PNG", compress_level=1),
    "gif": lambda: encoded(picture().quantize(64, method=2), "GIF"),
    "tiff cmyk": lambda: encoded(picture().convert("CMYK"), "TIFF"),
    "tiff lzw": lambda: encoded(picture(), "TIFF", compression="tiff_lzw"),
    "bmp": lambda: encoded(picture(), "BMP"),
    "webp": lambda: encoded(picture(), "WEBP", quality=60, method=0),
    "avif": lambda: encoded(picture(), "AVIF", quality=40, speed=10),
}
