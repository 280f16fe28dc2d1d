"""JPEG: the grey route at reduced size (mode ``fast``), RGB at full size (mode ``exact``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.media import jpeg_markers, pictures_pillow
from tutela.detect.media.colour import is_srgb
from tutela.detect.media.ends import TooManyPartsError
from tutela.detect.media.examining import Source
from tutela.detect.media.jpeg_markers import JpegFacts
from tutela.detect.media.shapes import Ask, MediaFacts, ShownForm
from tutela.detect.media.shown import REDUCED_DECODE, Shower, check_size, free_bytes
from tutela.detect.media.tails import tail_reasons
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.turning import EIGHTHS, Geometry, reduced_size

try:
    import simplejpeg
except ImportError:  # an accelerator: Pillow's draft mode takes its place
    simplejpeg = None

#: Whether the accelerator is there; without it Pillow decodes everything.
ACCELERATED: Final = simplejpeg is not None
#: Short side in samples that a reduced decode keeps at least. performance.md section 3.4 has 512 (p99 <= 4
#: bits); with 480 a 1280 x 960 picture is decoded at half size too and drifts no more (measured on 146
#: photographs: p90 2 bits, p99 4).
SHORT_SIDE_MIN: Final = 480
#: Short side at 1/8 from which a progressive file's first scan is enough (performance.md 3.5).
FIRST_SCAN_SIDE_MIN: Final = 250
#: Scans of a progressive file. Encoders write about 10; each scan passes over the whole picture,
#: so a few kilobytes of empty scans cost seconds (libjpeg-turbo's own fuzzer stops at 500).
SCANS_MAX: Final = 100
#: libjpeg keeps every coefficient of a progressive file (jdcoefct.c).
COEFFICIENT_BYTES: Final = 2
#: Memory in bytes a pixel beside the coefficients: the picture, in Pillow 4 bytes, and its copy.
_PICTURE_BYTES: Final = 7


def decode(source: Source, ask: Ask, emit: Callable[[ShownForm], None]) -> MediaFacts:
    """Facts of a JPEG; its one form is emitted. Raises DecodeTrouble."""
    header = None if source.data is None else _header(source.data)
    if header is None or source.data is None:
        return pictures_pillow.decode(source, ask, emit, pictures_pillow.OPENERS["jpeg"])
    check_size(header.width, header.height, ask)
    facts = _facts(source.data, header)
    if header.progressive and jpeg_markers.scan_count(source.data, header) > SCANS_MAX:
        raise DecodeTrouble("refused", "scans", facts=facts)
    plan = _plan(header, ask, source.size_bytes, facts)
    decoded = _decode_luma(source.data, header, plan) if header.luma and is_srgb(header.icc) else None
    if decoded is None:
        if _is_damaged(source.data, header):
            facts = replace(facts, ambiguous=(*facts.ambiguous, "damaged"))
        look = pictures_pillow.FirstLook(facts=facts, eighths=plan.eighths, grey=header.luma and plan.grey)
        return pictures_pillow.decode(source, ask, emit, pictures_pillow.OPENERS["jpeg"], look)
    pixels, eighths = decoded
    geometry = Geometry(
        width=header.width, height=header.height, eighths=eighths, orientation=header.orientation
    )
    flags = REDUCED_DECODE if eighths < EIGHTHS else 0
    Shower(ask=ask, emit=emit).show(0, pixels, geometry, flags=flags)
    return facts


def warm() -> None:
    """Runs both routes once, so that nothing is loaded later."""
    if simplejpeg is not None:
        blank = simplejpeg.encode_jpeg(np.zeros((16, 16, 3), np.uint8))
        for colours in ("RGB", "GRAY"):
            simplejpeg.decode_jpeg(blank, colours)


def scale_for(width: int, height: int) -> int:
    """Eighths of the decode in mode ``fast``: the smallest power of two that keeps 480 samples."""
    for eighths in (1, 2, 4):
        if reduced_size(min(width, height), eighths) >= SHORT_SIDE_MIN:
            return eighths
    return EIGHTHS


def fits(header: JpegFacts, eighths: int, memory_bytes: int) -> bool:
    """Whether decoding at ``eighths``/8 stays within so much memory."""
    kept = header.samples * COEFFICIENT_BYTES if header.progressive else 0
    pixels = header.width * header.height * (eighths / EIGHTHS) ** 2
    return kept + pixels * _PICTURE_BYTES <= memory_bytes


def _header(data: memoryview) -> JpegFacts | None:
    try:
        return jpeg_markers.parse_jpeg(data)
    except TooManyPartsError:
        raise DecodeTrouble("refused", "parts") from None
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """How a JPEG is decoded: scale in eighths, luma alone or RGB, whether one scan may be enough."""

    eighths: int
    grey: bool
    cut: bool


def _plan(header: JpegFacts, ask: Ask, size_bytes: int, facts: MediaFacts) -> _Plan:
    """The plan for the mode asked for, within the memory of a worker; DecodeTrouble if none fits."""
    whole = ask.pixels and not ask.pixels_side
    full = ask.pdq_mode == "exact" or whole or bool(ask.crops_percent)
    eighths = EIGHTHS if full else scale_for(header.width, header.height)
    memory = free_bytes(ask.limits) - size_bytes
    while not fits(header, eighths, memory):
        if eighths == 1:
            raise DecodeTrouble("refused", "memory", facts=facts)
        eighths //= 2  # even in mode exact: better a reduced form than none
    return _Plan(
        eighths=eighths, grey=ask.pdq_mode == "fast" and not ask.pixels, cut=not full and not ask.pixels
    )


def _decode_luma(data: memoryview, header: JpegFacts, plan: _Plan) -> tuple[NDArray[np.uint8], int] | None:
    """Pixels (grey or RGB) and their eighths, or None when Pillow must have the last word."""
    if simplejpeg is None:
        return None
    cut = _first_scan(data, header) if plan.cut else None
    if cut is not None:
        return cut, 1
    pixels = _scaled(data, header, plan.eighths, "GRAY" if plan.grey else "RGB", strict=True)
    return None if pixels is None else (pixels, plan.eighths)


def _is_damaged(data: memoryview, header: JpegFacts) -> bool:
    """Whether libjpeg warns of the data and decodes them all the same, as Pillow does without a word.

    The smallest scale costs least; four inks can be decoded as four inks alone.
    """
    if simplejpeg is None:
        return False
    for colours in ("GRAY", "CMYK"):
        for strict in (True, False):
            if _scaled(data, header, 1, colours, strict=strict) is not None:
                return not strict
    return False


def _first_scan(data: memoryview, header: JpegFacts) -> NDArray[np.uint8] | None:
    """The first scan of a large progressive file at 1/8, or None."""
    if reduced_size(min(header.width, header.height), 1) < FIRST_SCAN_SIDE_MIN:
        return None
    cut = jpeg_markers.first_scan_only(data, header)
    return None if cut is None else _scaled(cut, header, 1, "GRAY", strict=False)


def _scaled(
    data: memoryview | bytes, header: JpegFacts, eighths: int, colours: str, *, strict: bool
) -> NDArray[np.uint8] | None:
    """Pixels at exactly ``eighths``/8, or None when libjpeg complains or chooses another scale."""
    height, width = (reduced_size(side, eighths) for side in (header.height, header.width))
    try:
        pixels = simplejpeg.decode_jpeg(data, colours, min_height=height, min_width=width, strict=strict)
    except ValueError:
        return None
    if pixels.shape[:2] != (height, width):
        return None
    grey: NDArray[np.uint8] = pixels[:, :, 0] if pixels.shape[2] == 1 else pixels
    return grey


def _facts(data: memoryview, header: JpegFacts) -> MediaFacts:
    reasons = [
        *(["exif_orientation"] if header.orientation != 1 else []),
        *(["embedded_preview"] if header.preview else []),
        *tail_reasons(data, jpeg_markers.image_end(data, header), header_end=header.first_scan),
    ]
    shown = Geometry(width=header.width, height=header.height, orientation=header.orientation).shown_size
    return replace(
        MediaFacts(container="jpeg", codec="progressive" if header.progressive else "jpeg", frames=1),
        width=shown[0],
        height=shown[1],
        ambiguous=tuple(reasons),
    )
