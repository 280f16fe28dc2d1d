"""Altered copies of a picture, as they turn up: thirteen variants, and a few more crops.

Each is a pure function of the picture. The thirteen are those of bar 3 of issue 1; the further crops
are reported beside them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

#: EXIF tag of the orientation (EXIF 2.32, table 4).
ORIENTATION_TAG = 0x0112
#: EXIF orientation by the turn that was given to the pixels: the viewer turns them back.
TURNED_BACK: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
#: JPEG and WebP quality of a copy that went through a chat program (50 to 80 are usual).
COPY_QUALITY = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One altered copy: its name in tables, the file's suffix with dot, and the encoded bytes."""

    name: str
    suffix: str
    data: bytes


def jpeg(picture: Image.Image, *, quality: int = COPY_QUALITY, **options: object) -> bytes:
    """``picture`` as JPEG bytes; RGB, grey (L) and CMYK pictures keep their mode."""
    return _encoded(picture, "JPEG", quality=quality, **options)


def png(picture: Image.Image) -> bytes:
    """``picture`` as PNG bytes in its own mode, compressed lightly (a copy in a test need not be small)."""
    return _encoded(picture, "PNG", compress_level=1)


def reencoded(picture: Image.Image) -> bytes:
    """JPEG of quality 60."""
    return jpeg(picture)


def as_webp(picture: Image.Image) -> bytes:
    """WebP of quality 60."""
    return _encoded(picture, "WEBP", quality=COPY_QUALITY, method=2)


def grey(picture: Image.Image) -> bytes:
    """Grey JPEG: one component."""
    return jpeg(picture.convert("L"), quality=80)


def half_size(picture: Image.Image) -> bytes:
    """JPEG with half as many pixels on each side."""
    size = (max(1, picture.width // 2), max(1, picture.height // 2))
    return jpeg(picture.resize(size, Image.Resampling.LANCZOS), quality=80)


def opaque_rgba(picture: Image.Image) -> bytes:
    """PNG with an alpha channel that hides nothing."""
    return png(picture.convert("RGBA"))


def one_bit(picture: Image.Image) -> bytes:
    """PNG in black and white, dithered by Floyd and Steinberg's rule."""
    return png(picture.convert("1"))


def as_gif(picture: Image.Image) -> bytes:
    """GIF with 256 colours."""
    return _encoded(picture.quantize(256), "GIF")


def palette_png(picture: Image.Image) -> bytes:
    """PNG with a palette of 64 colours."""
    return png(picture.quantize(64))


def cmyk_jpeg(picture: Image.Image) -> bytes:
    """JPEG in four inks, as printers ask for it."""
    return jpeg(picture.convert("CMYK"), quality=80)


def mirrored(picture: Image.Image) -> bytes:
    """JPEG with left and right swapped."""
    return jpeg(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), quality=80)


def turned(picture: Image.Image) -> bytes:
    """JPEG turned by 90 degrees."""
    return jpeg(picture.transpose(Image.Transpose.ROTATE_90), quality=80)


def exif_turned(picture: Image.Image, orientation: int = 6) -> bytes:
    """JPEG whose pixels lie turned; its EXIF ``orientation`` (2-8) tells the viewer to turn them back."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    return jpeg(picture.transpose(TURNED_BACK[orientation]), quality=80, exif=exif)


def crop(picture: Image.Image, percent: float) -> bytes:
    """JPEG of the middle: ``percent`` of width and height are cut off on every side."""
    return jpeg(cut(picture, left=percent, top=percent, right=percent, bottom=percent), quality=80)


def off_centre_crop(picture: Image.Image, percent: float) -> bytes:
    """JPEG from which ``percent`` were cut on the left and at the top only."""
    return jpeg(cut(picture, left=percent, top=percent), quality=80)


def cut(
    picture: Image.Image, *, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0
) -> Image.Image:
    """``picture`` without so many percent of its width (left, right) and height (top, bottom)."""
    width, height = picture.size
    box = (
        round(width * left / 100),
        round(height * top / 100),
        round(width * (1 - right / 100)),
        round(height * (1 - bottom / 100)),
    )
    return picture.crop(box)


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """How one kind of altered copy is made from a picture."""

    name: str
    suffix: str
    make: Callable[[Image.Image], bytes]

    def of(self, picture: Image.Image) -> Copy:
        """The altered copy of ``picture``."""
        return Copy(name=self.name, suffix=self.suffix, data=self.make(picture))


#: The thirteen variants of bar 3 of issue 1, in the issue's order.
THIRTEEN: tuple[Variant, ...] = (
    Variant(name="JPEG", suffix=".jpg", make=reencoded),
    Variant(name="WebP", suffix=".webp", make=as_webp),
    Variant(name="grey", suffix=".jpg", make=grey),
    Variant(name="half size", suffix=".jpg", make=half_size),
    Variant(name="opaque RGBA", suffix=".png", make=opaque_rgba),
    Variant(name="1-bit", suffix=".png", make=one_bit),
    Variant(name="GIF", suffix=".gif", make=as_gif),
    Variant(name="palette PNG", suffix=".png", make=palette_png),
    Variant(name="CMYK JPEG", suffix=".jpg", make=cmyk_jpeg),
    Variant(name="mirrored", suffix=".jpg", make=mirrored),
    Variant(name="turned 90 degrees", suffix=".jpg", make=turned),
    Variant(name="EXIF-turned", suffix=".jpg", make=exif_turned),
    Variant(name="10 % crop a side", suffix=".jpg", make=lambda picture: crop(picture, 10)),
)

#: Crops that are reported beside the thirteen: a list stores crops of 5, 10 and 15 %.
FURTHER_CROPS: tuple[Variant, ...] = (
    Variant(name="7 % crop a side", suffix=".jpg", make=lambda picture: crop(picture, 7)),
    Variant(name="12 % crop a side", suffix=".jpg", make=lambda picture: crop(picture, 12)),
    Variant(name="off-centre 5 % crop", suffix=".jpg", make=lambda picture: off_centre_crop(picture, 5)),
)


def _encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
