"""Pictures for tests, all generated: one in each format and in each oddity, as bytes.

``EVERY_FORMAT[name](picture)`` encodes one; ``every_format()`` gives all of them for one landscape.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.icc import wide_gamut_profile
from tutela.demo.copies import TURNED_BACK, exif_turned, jpeg, png
from tutela.demo.films import FilmPlan, write_film
from tutela.demo.pictures import chart, flat, landscape

__all__ = [
    "ADAM7",
    "EVERY_FORMAT",
    "FilmPlan",
    "animation",
    "bitmap",
    "chart",
    "encoded",
    "every_format",
    "exif_turned",
    "film",
    "flat",
    "interlaced_png",
    "jpeg",
    "landscape",
    "png",
    "png_chunk",
    "png_of_depth_16",
    "with_hole",
]

#: Passes of Adam7: first column, first row, step across, step down (PNG 1.2, 2.6).
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """``picture`` as Pillow writes it in the format ``kind`` (``PNG``, ``WEBP``, ``TIFF`` ...)."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def with_hole(picture: Image.Image) -> Image.Image:
    """RGBA: ``picture`` with a see-through box in the middle and a soft edge on the left."""
    alpha = np.full((picture.height, picture.width), 255, np.uint8)
    alpha[:, : picture.width // 4] = np.linspace(0, 255, picture.width // 4).astype(np.uint8)
    alpha[picture.height // 3 : picture.height // 2, picture.width // 3 : picture.width // 2] = 0
    shown = picture.convert("RGBA")
    shown.putalpha(Image.fromarray(alpha))
    return shown


def animation(kind: str, pictures: Sequence[Image.Image], **options: object) -> bytes:
    """An animation of ``pictures`` (GIF, WEBP, PNG = APNG, AVIF) or their pages (TIFF)."""
    first, *others = pictures
    return encoded(first, kind, save_all=True, append_images=others, **options)


def moving(picture: Image.Image, frames: int = 3) -> list[Image.Image]:
    """``frames`` pictures that differ plainly: ``picture`` and other landscapes of its size."""
    return [picture, *(landscape(9_000 + number, *picture.size) for number in range(1, frames))]


def png_of_depth_16(picture: Image.Image) -> bytes:
    """Grey PNG with 16 bits a sample, noise in the lower 8 bits."""
    grey = np.asarray(picture.convert("L"), np.uint16)
    low = np.random.default_rng(1).integers(0, 256, grey.shape, np.uint16)
    return encoded(Image.fromarray(grey * 256 + low), "PNG", compress_level=1)


def interlaced_png(picture: Image.Image) -> bytes:
    """RGB PNG in the seven passes of Adam7, which Pillow reads and does not write."""
    pixels = np.asarray(picture.convert("RGB"))
    rows = b"".join(_pass_rows(pixels[top::down, left::across]) for left, top, across, down in ADAM7)
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 1)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(rows, 1)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _pass_rows(pixels: NDArray[np.uint8]) -> bytes:
    return b"".join(b"\0" + row.tobytes() for row in pixels) if pixels.size else b""


def png_chunk(name: bytes, body: bytes) -> bytes:
    """One PNG chunk: length, name, body, CRC-32."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bitmap(picture: Image.Image) -> bytes:
    """BMP with 24 bits a pixel."""
    return encoded(picture.convert("RGB"), "BMP")


def film(path: Path, seed: int = 1, plan: FilmPlan | None = None) -> Path:
    """``path``, where a film was written: two seconds of 160 x 120 unless ``plan`` says more."""
    write_film(path, seed, plan or FilmPlan(seconds=2, width=160, height=120, rate_hz=5, cut_seconds=1))
    return path


Encoder = Callable[[Image.Image], bytes]

_STILL: dict[str, Encoder] = {
    "jpeg": lambda picture: jpeg(picture, quality=85),
    "jpeg-progressive": lambda picture: jpeg(picture, quality=85, progressive=True),
    "jpeg-grey": lambda picture: jpeg(picture.convert("L"), quality=85),
    "jpeg-cmyk": lambda picture: jpeg(picture.convert("CMYK"), quality=85),
    "jpeg-icc": lambda picture: jpeg(picture, quality=85, icc_profile=wide_gamut_profile()),
    "jpeg-444": lambda picture: jpeg(picture, quality=85, subsampling=0),
    "png-rgb": png,
    "png-rgba": lambda picture: png(with_hole(picture)),
    "png-opaque-rgba": lambda picture: png(picture.convert("RGBA")),
    "png-grey": lambda picture: png(picture.convert("L")),
    "png-grey-alpha": lambda picture: png(with_hole(picture).convert("LA")),
    "png-palette": lambda picture: png(picture.quantize(64)),
    "png-16-bit": png_of_depth_16,
    "png-1-bit": lambda picture: png(picture.convert("1")),
    "png-interlaced": interlaced_png,
    "gif": lambda picture: encoded(picture.quantize(256), "GIF"),
    "webp": lambda picture: encoded(picture, "WEBP", quality=80, method=1),
    "webp-lossless": lambda picture: encoded(picture, "WEBP", lossless=True, quality=20, method=0),
    "webp-alpha": lambda picture: encoded(with_hole(picture), "WEBP", quality=80, method=1),
    "avif": lambda picture: encoded(picture, "AVIF", quality=70, speed=10),
    "tiff": lambda picture: encoded(picture, "TIFF"),
    "tiff-cmyk": lambda picture: encoded(picture.convert("CMYK"), "TIFF"),
    "bmp": bitmap,
}
_MOVING: dict[str, Encoder] = {
    "png-animated": lambda picture: animation("PNG", moving(picture), compress_level=1),
    "gif-animated": lambda picture: animation("GIF", moving(picture)),
    "webp-animated": lambda picture: animation("WEBP", moving(picture), quality=70, method=0),
    "avif-animated": lambda picture: animation("AVIF", moving(picture), quality=70, speed=10),
    "tiff-pages": lambda picture: animation("TIFF", moving(picture)),
}
_TURNED: dict[str, Encoder] = {
    f"jpeg-exif-{tag}": partial(exif_turned, orientation=tag) for tag in sorted(TURNED_BACK)
}

#: Encoder by name: stills, animations (three plainly different frames each), EXIF orientations 2-8.
EVERY_FORMAT: Mapping[str, Encoder] = _STILL | _MOVING | _TURNED


def every_format(seed: int = 1, width: int = 200, height: int = 150) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the landscape of ``seed`` in every format."""
    picture = landscape(seed, width, height)
    for name, encode in EVERY_FORMAT.items():
        yield name, encode(picture)
