"""HEIC through pi-heif (decode only), where the extra ``heic`` is installed."""

from __future__ import annotations

from typing import Any

from PIL import Image

from tutela.detect.media.troubles import DecodeTrouble

try:
    import pi_heif
except ImportError:
    pi_heif = None

AVAILABLE = pi_heif is not None


def open_heic(stream: Any) -> Image.Image:
    """The primary picture of a HEIF file as a lazy Pillow image; DecodeTrouble without pi-heif."""
    if pi_heif is None:
        raise DecodeTrouble("unreadable", "no_decoder")
    return pi_heif.HeifImageFile(stream)


def warm() -> None:
    """One thread: a worker may not start any."""
    if pi_heif is not None:
        pi_heif.options.DECODE_THREADS = 1
