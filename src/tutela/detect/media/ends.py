"""Where a picture ends, by walking its chunks. Offsets in bytes; -1 when no end is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

#: Chunks, boxes or blocks that are walked; hostile files may hold millions of empty ones.
_STEPS_MAX: Final = 200_000


def picture_end(kind: str, untrusted_data: memoryview) -> int:
    """Offset just behind the picture, or -1 (TIFF has no end: its parts lie anywhere)."""
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
    for _ in range(_STEPS_MAX):
        length, name = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        at += 12 + length
        if at > len(data) or len(name) < 4:
            return -1
        if name == b"IEND":
            return at
    return -1


def _gif(data: memoryview) -> int:
    """GIF89a section 27: blocks until the trailer 0x3B."""
    at = 13 + _table_bytes(data[10])
    for _ in range(_STEPS_MAX):
        block = data[at]
        if block == 0x3B:
            return at + 1
        if block == 0x21:
            at = _gif_sub_blocks(data, at + 2)
        elif block == 0x2C:
            at = _gif_sub_blocks(data, at + 11 + _table_bytes(data[at + 9]))
        else:
            return -1
    return -1


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_sub_blocks(data: memoryview, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _webp(data: memoryview) -> int:
    """RIFF: the length at 4 counts from 8 on, padded to an even number."""
    length = int.from_bytes(data[4:8], "little")
    return min(8 + length + length % 2, len(data))


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
    for _ in range(_STEPS_MAX):
        if at + 8 > len(data):
            return at
        length, name = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length == 0:
            return len(data)
        if length < 8 or not name.isalnum():
            return at
        at += length
    return -1


_WALKS: Final[dict[str, Callable[[memoryview], int]]] = {
    "png": _png,
    "gif": _gif,
    "webp": _webp,
    "bmp": _bmp,
    "avif": _boxes,
    "heic": _boxes,
}
