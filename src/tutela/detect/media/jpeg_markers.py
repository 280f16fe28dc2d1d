"""What a JPEG says about itself, read by walking its markers (ITU-T T.81 annex B). No decoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tutela.detect.media.ends import TooManyPartsError
from tutela.detect.media.exif import orientation_of

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
#: Start-of-frame markers; DHT (C4), JPG (C8) and DAC (CC) lie between them.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Progressive DCT with Huffman or arithmetic coding.
_PROGRESSIVE: Final = frozenset({0xC2, 0xCA})
#: Markers without a length: TEM, RST0-7, SOI, EOI.
_BARE: Final = frozenset({0x01, *range(0xD0, 0xDA)})
_APP1, _APP2, _APP14, _APP0 = 0xE1, 0xE2, 0xEE, 0xE0
#: Header segments that are looked at before the first scan; a real file has some tens.
_SEGMENTS_MAX: Final = 4_096
#: Pieces in which the entropy-coded part is searched; two of them fit the second-level cache.
_PIECE_BYTES: Final = 256 << 10


@dataclass(frozen=True, kw_only=True, slots=True)
class JpegFacts:
    """Header of a JPEG: size in pixels, components, colour, orientation 1-8, where scans start.

    ``luma`` is true when the first component is PDQ's luma: grey or YCbCr, not RGB or CMYK.
    ``icc`` is the embedded profile or empty. ``first_scan`` is the offset of the first SOS.
    """

    width: int
    height: int
    components: int
    progressive: bool
    luma: bool
    orientation: int
    icc: bytes
    preview: bool
    first_scan: int
    #: Samples of all components together, as a progressive decoder keeps them (2 bytes each).
    samples: int


def parse_jpeg(untrusted_data: memoryview | bytes) -> JpegFacts:
    """Facts of the header; ValueError when there is no complete header before the first scan.

    TooManyPartsError (a ValueError) for absurdly many segments.
    """
    return _Walk(memoryview(untrusted_data)).facts()


class _Walk:
    """One pass over the segments before the first scan."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._frame: tuple[int, int, int, bytes, bool] | None = None
        self._adobe: int | None = None
        self._jfif = False
        self._orientation, self._preview = 1, False
        self._icc: dict[int, bytes] = {}
        self._samples = 0

    def facts(self) -> JpegFacts:
        at = 2
        for _ in range(_SEGMENTS_MAX):
            marker, start, end = next_segment(self._data, at)
            if marker == _SOS:
                return self._result(start - 4)
            self._segment(marker, self._data[start:end])
            at = end
        raise TooManyPartsError

    def _segment(self, marker: int, body: memoryview) -> None:
        if marker in _FRAMES:
            self._start_of_frame(marker, body)
        elif marker == _APP0:
            self._jfif = self._jfif or bytes(body[:4]) == b"JFIF"
        elif marker == _APP1 and bytes(body[:6]) == b"Exif\0\0":
            self._orientation, self._preview = orientation_of(bytes(body[6:]))
        elif marker == _APP2 and bytes(body[:12]) == b"ICC_PROFILE\0" and len(body) > 14:
            self._icc[body[12]] = bytes(body[14:])
        elif marker == _APP14 and bytes(body[:5]) == b"Adobe" and len(body) >= 12:
            self._adobe = body[11]

    def _start_of_frame(self, marker: int, body: memoryview) -> None:
        if len(body) < 6 or len(body) < 6 + 3 * body[5]:
            raise ValueError("short frame header")
        height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
        ids = bytes(body[6 : 6 + 3 * body[5] : 3])
        self._frame = (width, height, body[5], ids, marker in _PROGRESSIVE)
        self._samples = int(width * height * _samples_a_pixel(bytes(body[7 : 7 + 3 * body[5] : 3])))

    def _result(self, first_scan: int) -> JpegFacts:
        if self._frame is None:
            raise ValueError("scan before the frame header")
        width, height, components, ids, progressive = self._frame
        return JpegFacts(
            width=width,
            height=height,
            components=components,
            progressive=progressive,
            luma=components == 1 or (components == 3 and self._is_ycc(ids)),
            orientation=self._orientation,
            icc=b"".join(self._icc[number] for number in sorted(self._icc)),
            preview=self._preview,
            first_scan=first_scan,
            samples=self._samples,
        )

    def _is_ycc(self, ids: bytes) -> bool:
        """libjpeg's rule for three components (jdapimin.c, default_decompress_parms)."""
        if self._jfif:
            return True
        if self._adobe is not None:
            return self._adobe == 1
        return ids != b"RGB"


def _samples_a_pixel(factors: bytes) -> float:
    """Samples for each pixel from the sampling factors (high and low half byte) of all components."""
    pairs = [(factor >> 4, factor & 15) for factor in factors]
    area = max((across for across, _ in pairs), default=1) * max((down for _, down in pairs), default=1)
    return sum(across * down for across, down in pairs) / max(area, 1)


def next_segment(data: memoryview, at: int) -> tuple[int, int, int]:
    """(marker, start, end) of the body of the segment at ``at``; ValueError at the end of data."""
    while True:
        while bytes(data[at : at + 2]) == b"\xff\xff":
            at += 1  # fill bytes
        if len(data) < at + 2 or data[at] != 0xFF:
            raise ValueError("no marker where one must be")
        marker = data[at + 1]
        if marker not in _BARE:
            break
        if marker == _EOI:
            raise ValueError("end of image before a scan")
        at += 2
    if len(data) < at + 4:
        raise ValueError("cut inside a segment")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    if length < 2 or at + 2 + length > len(data):
        raise ValueError("cut inside a segment")
    return marker, at + 4, at + 2 + length


def first_scan_only(data: memoryview, facts: JpegFacts) -> bytes | None:
    """The file up to its second scan plus an end marker, or None when the cut is not possible.

    Only a progressive file whose first scan is the DC scan of the luma component at full
    precision or successive approximation may be cut (performance.md section 3.5).
    """
    if not facts.progressive:
        return None
    start, end = facts.first_scan + 4, facts.first_scan + 2
    end += int.from_bytes(data[start - 2 : start], "big")
    scan = data[start:end]
    if len(scan) < 4 or len(scan) < 4 + 2 * scan[0] or scan[1 + 2 * scan[0]] or scan[2 + 2 * scan[0]]:
        return None  # not a DC scan: Ss and Se must be 0
    if facts.components > 1 and scan[0] not in (1, facts.components):
        return None
    stop = scan_end(data, end)
    return None if stop < 0 or data[stop + 1] == _EOI else bytes(data[:stop]) + b"\xff\xd9"


def scan_end(data: memoryview, at: int) -> int:
    """Offset of the first real marker in entropy-coded data (not FF00, not RST), or -1."""
    whole = np.frombuffer(data, np.uint8)
    while at < len(whole) - 1:
        piece = whole[at : at + _PIECE_BYTES + 1]
        marks = np.flatnonzero(piece[:-1] == 0xFF)
        follow = piece[marks + 1]
        real = marks[(follow != 0) & (follow != 0xFF) & ((follow < 0xD0) | (follow > 0xD7))]
        if real.size:
            return at + int(real[0])
        at += _PIECE_BYTES
    return -1


def image_end(data: memoryview, facts: JpegFacts) -> int:
    """Offset just behind the end marker of the first image, or -1 when there is none.

    The first FFD9 behind the first scan; entropy-coded data never holds one (T.81 B.1.1.2).
    """
    for at in range(facts.first_scan, len(data), _PIECE_BYTES):
        ends = [end for shift in (0, 1) if (end := _pair_end(data, at + shift)) >= 0]
        if ends:
            return min(ends)
    return -1


def scan_count(data: memoryview, facts: JpegFacts) -> int:
    """How many scans there are at most: the marker SOS cannot occur inside compressed samples."""
    return bytes(data[facts.first_scan :]).count(bytes((0xFF, _SOS)))


def _pair_end(data: memoryview, at: int) -> int:
    """Offset behind the first FFD9 that lies a whole number of pairs behind ``at``, or -1.

    Two passes over pairs of bytes take a quarter of the time of a search for two bytes.
    """
    count = min(_PIECE_BYTES, len(data) - at) // 2
    if count <= 0:
        return -1
    found = np.frombuffer(data, "<u2", count, at) == _EOI << 8 | 0xFF
    first = int(found.argmax())
    return at + 2 * first + 2 if found[first] else -1
