"""What a viewer shows, by plain Pillow and NumPy, and the pdqhash package on it: the oracle of bar 2.

Nothing of tutela's decoding is used here; only the rules are the same: each frame, orientation applied,
alpha on white and on black, 16-bit by its high byte, a foreign colour profile brought to sRGB.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pdqhash
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from tutela.arithmetic import DIHEDRAL_NAMES

Pixels = NDArray[np.uint8]
#: A profile that moves no colour of a cube by more than this is sRGB itself (rounding of the engine).
IDENTITY_LEVELS = 2


def shown(data: bytes) -> Iterator[tuple[str, str, Pixels]]:
    """(frame ``f0``, ground ``""``, ``white`` or ``black``, RGB pixels) of everything a viewer shows."""
    with Image.open(io.BytesIO(data)) as picture:
        for number in range(int(getattr(picture, "n_frames", 1))):
            if number:
                picture.seek(number)
            frame = ImageOps.exif_transpose(picture.copy())
            for ground, pixels in _grounds(frame, picture.info.get("icc_profile")):
                yield f"f{number}", ground, pixels


def _grounds(frame: Image.Image, profile: bytes | None) -> Iterator[tuple[str, Pixels]]:
    if "A" in frame.getbands() or "transparency" in frame.info:
        full = frame.convert("RGBA")
        if np.asarray(full.getchannel("A")).min() < 255:
            for ground in ("white", "black"):
                page = Image.new("RGBA", full.size, ground)
                yield ground, np.asarray(Image.alpha_composite(page, full).convert("RGB"))
            return
    yield "", np.asarray(_srgb(_eight_bit(frame), profile))


def _eight_bit(frame: Image.Image) -> Image.Image:
    if frame.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(frame) >> 8).astype(np.uint8)).convert("RGB")
    return frame if frame.mode == "CMYK" else frame.convert("RGB")


def _srgb(frame: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return frame.convert("RGB")
    source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    changed = ImageCms.profileToProfile(frame, source, target, outputMode="RGB")
    cube = Image.fromarray(_cube())
    moved = ImageCms.profileToProfile(cube, source, target) if frame.mode == "RGB" else None
    if moved is not None and np.abs(np.asarray(moved, int) - _cube()).max() <= IDENTITY_LEVELS:
        return frame
    return frame.convert("RGB") if changed is None else changed


def _cube() -> Pixels:
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(27, 27, 3)


def eight_hashes(pixels: Pixels) -> tuple[dict[str, bytes], int]:
    """pdqhash's hashes by tutela's names of the orientations (32 bytes each), and its quality (0-100)."""
    vectors, quality = pdqhash.compute_dihedral(np.ascontiguousarray(pixels))
    packed = [np.packbits(np.asarray(vector, np.uint8)).tobytes() for vector in vectors]
    return dict(zip(DIHEDRAL_NAMES, packed, strict=True)), int(quality)


def upright_hash(pixels: Pixels) -> tuple[bytes, int]:
    """pdqhash's hash (32 bytes) and quality (0-100)."""
    vector, quality = pdqhash.compute(np.ascontiguousarray(pixels))
    return np.packbits(np.asarray(vector, np.uint8)).tobytes(), int(quality)
