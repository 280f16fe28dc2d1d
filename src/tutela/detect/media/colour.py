"""Any Pillow mode to 8-bit sRGB, within the memory of a worker.

Grey and RGB are taken as they are. Alpha, CMYK, 16-bit and ICC pictures above the limit are
box-reduced in strips *before* conversion (decisions.md section 1), by a power of two so that
the geometry-aware operators stay exact (performance.md section 3.2).
"""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tutela.detect.media.turning import EIGHTHS

#: Modes whose reduction needs no conversion at all.
_PLAIN: Final = frozenset({"L", "RGB", "P", "1"})
_SIXTEEN_BIT: Final = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
#: Full rows of a strip while a large picture is reduced or copied; a multiple of 8.
STRIP_ROWS: Final = 256
#: Above this many pixels an array is filled strip by strip: Pillow's own export needs twice the size.
_WHOLE_PIXELS_MAX: Final = 8_000_000
#: Largest difference a profile may make to count as sRGB itself: rounding of the colour engine.
_IDENTITY_SLACK: Final = 2
#: Profiles larger than this are not read (real ones have 0.5-4 kB, print profiles up to 3 MB).
_PROFILE_BYTES_MAX: Final = 4 << 20
_PROFILES_KEPT: Final = 16
#: Distance of hidden colours from one flat colour that counts as a hidden picture, in levels.
_HIDDEN_SPREAD: Final = 24

_transforms: OrderedDict[tuple[bytes, str], Any] = OrderedDict()


def is_srgb(icc: bytes) -> bool:
    """Whether a profile is missing, unusable or changes nothing on its way to sRGB."""
    return not icc or _transform(icc, "RGB") is None


def warm() -> None:
    """Runs the colour engine and the compositing once, so that nothing is loaded later."""
    small = Image.new("RGB", (8, 8), "red")
    profile = ImageCms.ImageCmsProfile(_srgb()).tobytes()
    is_srgb(profile)
    ImageCms.applyTransform(small, ImageCms.buildTransform(_srgb(), _srgb(), "RGB", "RGB"))
    on_ground(small.convert("RGBA"), "white")
    _transforms.clear()


def has_alpha(frame: Image.Image) -> bool:
    """Whether the frame can have transparent pixels: an alpha channel, palette or key colour."""
    return frame.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in frame.info


def reduction_for(frame: Image.Image, icc: bytes, pixels_max: int) -> int:
    """Eighths (8, 4, 2 or 1) at which the frame is brought to sRGB: 8 unless it must be reduced."""
    plain = frame.mode in _PLAIN and not has_alpha(frame) and not icc
    width, height = frame.size
    eighths = EIGHTHS
    while (
        not plain
        and -(-width * eighths // EIGHTHS) * -(-height * eighths // EIGHTHS) > pixels_max
        and eighths > 1
    ):
        eighths //= 2
    return eighths


def reduced(frame: Image.Image, eighths: int) -> Image.Image:
    """The frame at ``eighths``/8 of its size, mean of each block; in modes L, RGB, RGBA or CMYK.

    Plain pictures of full size keep their mode (also P and 1): ``array_of`` converts them in strips.
    """
    factor = EIGHTHS // eighths
    if factor == 1 and frame.mode in _PLAIN and not has_alpha(frame):
        return frame
    if factor == 1:
        return _eight_bit(frame)
    width, height = frame.size
    small: Image.Image | None = None
    for top in range(0, height, STRIP_ROWS):
        strip = _eight_bit(frame.crop((0, top, width, min(top + STRIP_ROWS, height)))).reduce(factor)
        if small is None:
            small = Image.new(strip.mode, (strip.width, -(-height // factor)))
        small.paste(strip, (0, top // factor))
    return frame if small is None else small


def to_srgb(picture: Image.Image, icc: bytes) -> Image.Image:
    """An L, RGB or RGBA picture in sRGB from one of ``reduced``; unusable profiles are ignored."""
    if icc and picture.mode in ("P", "1"):
        picture = _eight_bit(picture)
    transform = _transform(icc, picture.mode) if icc else None
    if transform is not None and picture.mode == "RGBA":
        colours = _applied(transform, picture.convert("RGB"))
        colours.putalpha(picture.getchannel("A"))
        return colours
    if transform is not None:
        return _applied(transform, picture)
    return picture if picture.mode in (*_PLAIN, "RGBA") else picture.convert("RGB")


def on_ground(picture: Image.Image, ground: str) -> Image.Image:
    """RGB of an RGBA picture as seen on a page of colour ``white`` or ``black``."""
    page = Image.new("RGBA", picture.size, ground)
    return Image.alpha_composite(page, picture).convert("RGB")


def is_transparent(picture: Image.Image) -> bool:
    """Whether any pixel of an RGBA picture is not opaque."""
    low, _ = picture.getchannel("A").getextrema()
    return isinstance(low, int | float) and low < 255


def hides_colour(picture: Image.Image) -> bool:
    """Whether fully transparent pixels of an RGBA picture hold more than one flat colour."""
    values = np.asarray(picture)
    hidden = values[values[..., 3] == 0]
    return bool(hidden.size) and int(np.ptp(hidden[:, :3], axis=0).max()) > _HIDDEN_SPREAD


def array_of(picture: Image.Image) -> NDArray[np.uint8]:
    """uint8 (H, W) or (H, W, 3) of a plain picture, with one strip of extra memory."""
    width, height = picture.size
    if width * height <= _WHOLE_PIXELS_MAX:
        return np.asarray(_eight_bit(picture))
    grey = picture.mode in ("L", "1")
    values = np.empty((height, width) if grey else (height, width, 3), np.uint8)
    for top in range(0, height, STRIP_ROWS):
        bottom = min(top + STRIP_ROWS, height)
        values[top:bottom] = np.asarray(_eight_bit(picture.crop((0, top, width, bottom))))
    return values


def _eight_bit(piece: Image.Image) -> Image.Image:
    """The piece in a mode whose channels are 8-bit and can be averaged."""
    if piece.mode in _SIXTEEN_BIT:
        return Image.fromarray(_high_byte(np.asarray(piece)))
    if has_alpha(piece):
        return piece if piece.mode == "RGBA" else piece.convert("RGBA")
    if piece.mode == "1":
        return piece.convert("L")
    return piece if piece.mode in ("L", "RGB", "CMYK") else piece.convert("RGB")


def _high_byte(values: NDArray[Any]) -> NDArray[np.uint8]:
    """16-bit samples as their high byte; wider integers and floats by the range they use."""
    if values.dtype.itemsize == 2:
        levels = np.right_shift(values, 8)
    elif values.dtype.kind in "iu":
        levels = values.clip(0, 0xFFFF) // 257 if values.max(initial=0) > 0xFF else values.clip(0, 0xFF)
    else:
        finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
        levels = (finite * (255.0 if finite.max(initial=0.0) <= 1.0 else 1.0)).clip(0, 255)
    high: NDArray[np.uint8] = levels.astype(np.uint8)
    return high


def _transform(icc: bytes, mode: str) -> Any:
    """The colour transform of a profile to sRGB, or None when it is unusable or the identity."""
    key = (hashlib.blake2b(icc, digest_size=16).digest(), mode)
    if key not in _transforms:
        _transforms[key] = _build_transform(icc, mode)
        while len(_transforms) > _PROFILES_KEPT:
            _transforms.popitem(last=False)
    return _transforms[key]


def _build_transform(icc: bytes, mode: str) -> Any:
    colours = "RGB" if mode == "RGBA" else mode
    if len(icc) > _PROFILE_BYTES_MAX or colours not in ("L", "RGB", "CMYK"):
        return None
    out = "L" if colours == "L" else "RGB"
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        # A grey result has no sRGB profile of its own; grey goes through RGB.
        transform = ImageCms.buildTransform(profile, _srgb(), colours, "RGB" if out == "L" else out)
        return None if _is_identity(transform, colours) else transform
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _applied(transform: Any, picture: Image.Image) -> Image.Image:
    changed = ImageCms.applyTransform(picture, transform)
    return picture if changed is None else changed  # None only when done in place


def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")


def _is_identity(transform: Any, mode: str) -> bool:
    """Whether the transform leaves a cube of colours as it was."""
    if mode == "CMYK":
        return False
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    if mode == "L":
        probe = np.repeat(steps[None, :], 9, axis=0)
        before = np.repeat(probe[:, :, None], 3, axis=2)
    else:
        before = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(27, 27, 3)
        probe = before
    after = np.asarray(_applied(transform, Image.fromarray(probe)))
    return int(np.abs(after.astype(int) - before.astype(int)).max()) <= _IDENTITY_SLACK
