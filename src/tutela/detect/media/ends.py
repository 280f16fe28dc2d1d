"""Where a picture ends, by walking its chunks. Offsets in bytes; -1 when no end is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

#: Chunks, boxes or blocks of one picture; real ones have some thousands, hostile ones millions
#: of empty ones, each of which costs Pillow microseconds.
PARTS_MAX: Final = 100_000
#: Sub-blocks of a GIF, up to 255 bytes each; a real one fills them.
_SUB_BLOCKS_MAX: Final = 1_000_000


class TooManyPartsError(ValueError):
    """A picture of more than ``PARTS_MAX`` chunks, boxes or blocks."""


def picture_end(kind: str, untrusted_data: memoryview) -> int:
    """Offset just behind the picture, or -1 (TIFF has no end: its parts lie anywhere).

    Raises TooManyPartsError for a picture of absurdly many parts.
    """
    walk = _WALKS.get(kind)
    if walk is None:
        return -1
    try:
        return walk(untrusted_data)
    except IndexError:
        return -1


def _png(data: memoryview) -> int:
    """PNG third edition, section 5.3: length, type, body, check sum; IEND is last."""
    at = 8
    for _ in range(PARTS_MAX):
        length, name = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        at += 12 + length
        if at > len(data) or len(name) < 4:
            return -1
        if name == b"IEND":
            return at
    raise TooManyPartsError


#: Introducers of GIF89a: image descriptor, extension, trailer (sections 20, 23, 27).
_GIF_IMAGE, _GIF_EXTENSION, _GIF_TRAILER = 0x2C, 0x21, 0x3B


def _gif(data: memoryview) -> int:
    """GIF89a section 27: blocks until the trailer."""
    *_, last = _gif_blocks(data)
    return last + 1 if data[last] == _GIF_TRAILER else -1


def _gif_blocks(data: memoryview) -> Iterator[int]:
    """Offsets of all blocks, the trailer last; IndexError at the end of the data."""
    at = 13 + _table_bytes(data[10])
    for _ in range(PARTS_MAX):
        yield at
        if data[at] == _GIF_EXTENSION:
            at = _gif_sub_blocks(data, at + 2)
        elif data[at] == _GIF_IMAGE:
            at = _gif_sub_blocks(data, at + 11 + _table_bytes(data[at + 9]))
        else:
            return
    raise TooManyPartsError


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_sub_blocks(data: memoryview, at: int) -> int:
    for _ in range(_SUB_BLOCKS_MAX):
        if not data[at]:
            return at + 1
        at += 1 + data[at]
    raise TooManyPartsError


def _webp(data: memoryview) -> int:
    """RIFF: the length at 4 counts from 8 on, padded to an even number."""
    length = int.from_bytes(data[4:8], "little")
    return min(8 + length + length % 2, len(data))


def gif_frames(untrusted_data: memoryview) -> int:
    """How many frames a GIF has, counted without decoding; 0 when it is cut off."""
    try:
        return sum(1 for at in _gif_blocks(untrusted_data) if untrusted_data[at] == _GIF_IMAGE)
    except IndexError:
        return 0


def webp_size(untrusted_head: bytes) -> tuple[int, int] | None:
    """(width, height) of the canvas that a WebP announces (RFC 9649), or None."""
    kind = untrusted_head[12:16]
    if len(untrusted_head) < 30:
        return None
    if kind == b"VP8X":
        return _number(untrusted_head[24:27]) + 1, _number(untrusted_head[27:30]) + 1
    if kind == b"VP8L":
        bits = _number(untrusted_head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return _number(untrusted_head[26:28]) & 0x3FFF, _number(untrusted_head[28:30]) & 0x3FFF
    return None


def _number(untrusted_bytes: bytes) -> int:
    return int.from_bytes(untrusted_bytes, "little")


def _bmp(data: memoryview) -> int:
    """BITMAPFILEHEADER.bfSize; many writers leave 0 or a wrong number: only a plausible one counts."""
    size, pixels_at = int.from_bytes(data[2:6], "little"), int.from_bytes(data[10:14], "little")
    return size if pixels_at < size <= len(data) else -1


def _boxes(data: memoryview) -> int:
    """Top-level boxes of ISO/IEC 14496-12 section 4.2, until one that is none."""
    at = 0
    for _ in range(PARTS_MAX):
        if at + 8 > len(data):
            return min(at, len(data))  # the last box may announce more than there is
        length, name = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length == 0:
            return len(data)
        if length < 8 or not name.isalnum():
            return at
        at += length
    raise TooManyPartsError


_WALKS: Final[dict[str, Callable[[memoryview], int]]] = {
    "png": _png,
    "gif": _gif,
    "webp": _webp,
    "bmp": _bmp,
    "avif": _boxes,
    "heic": _boxes,
}
