"""The worker for HEIC: pi-heif (decode only), where the extra ``heic`` is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PIL import Image

from tutela.detect.media import examining, pictures_pillow, protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.examining import Source
from tutela.detect.media.shapes import Ask, MediaFacts, ShownForm
from tutela.detect.media.troubles import DecodeTrouble

try:
    import pi_heif
except ImportError:
    pi_heif = None

#: Bit of the worker's greeting: the decoder is there.
PARTS = 2 if pi_heif is not None else 0


def warm() -> None:
    """Loads everything; one decoding thread, so that CPU and memory stay within one item's share."""
    pictures_pillow.warm()
    if pi_heif is not None:
        pi_heif.options.DECODE_THREADS = 1


def handle(request: protocol.Request, fd: int, answers: Answers) -> None:
    """Serves one request of the parent (see ``worker``)."""
    examining.handle(decode_heic, request, fd, answers)


def decode_heic(source: Source, ask: Ask, emit: Callable[[ShownForm], None]) -> MediaFacts:
    """Facts of a HEIF picture; the primary picture is emitted. Raises DecodeTrouble."""
    if pi_heif is None:
        raise DecodeTrouble("unreadable", "no_decoder")
    examining.limit_cpu(ask.limits.item_cpu_seconds)
    return pictures_pillow.decode(source, ask, emit, open_heic)


def open_heic(stream: Any) -> Image.Image:
    """The primary picture of a HEIF file as a lazy Pillow image."""
    opened: Image.Image = pi_heif.HeifImageFile(stream)
    return opened
