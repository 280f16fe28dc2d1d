"""A film of one picture, without a film encoder: the frame of a lossy WebP is a key frame of VP8.

WebM is written by hand (Matroska, RFC 9559; VP8 in WebP: RFC 6386 and RFC 9649 section 2.5).
"""

from __future__ import annotations

import struct
from typing import Final

#: Frames of a film and milliseconds of each.
FRAMES: Final = 8
FRAME_MILLISECONDS: Final = 120
#: Elements of Matroska by their identifiers.
_EBML, _DOC_TYPE = 0x1A45DFA3, 0x4282
_SEGMENT, _INFO, _SCALE, _DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
_APPLICATIONS: Final = (0x4D80, 0x5741)
_TRACKS, _TRACK, _NUMBER, _IDENTIFIER, _TYPE, _CODEC = 0x1654AE6B, 0xAE, 0xD7, 0x73C5, 0x83, 0x86
_VIDEO, _WIDTH, _HEIGHT = 0xE0, 0xB0, 0xBA
_CLUSTER, _TIME, _BLOCK = 0x1F43B675, 0xE7, 0xA3
_VOID: Final = 0xEC
#: Length of an element that goes on to the end of the file.
_OPEN: Final = b"\x01" + b"\xff" * 7
#: Nanoseconds of a tick; track 1; a block that is a key frame.
_TICK_NANOSECONDS, _FILM_TRACK, _KEY_FRAME = 1_000_000, 1, 0x80


def vp8_frame(webp: bytes) -> bytes:
    """The key frame inside a lossy WebP. Raises ValueError where there is none."""
    if webp[12:16] != b"VP8 ":
        raise ValueError("this WebP has no frame of VP8")
    return webp[20 : 20 + int.from_bytes(webp[16:20], "little")]


def beginning(width: int, height: int) -> bytes:
    """What a WebM begins with, up to its first frame (for media source: the initialisation segment)."""
    head = _element(_EBML, _element(_DOC_TYPE, b"webm"))
    duration = struct.pack(">d", float(FRAMES * FRAME_MILLISECONDS))
    info = _element(_SCALE, _number(_TICK_NANOSECONDS)) + _element(_DURATION, duration)
    info += b"".join(_element(one, b"tutela") for one in _APPLICATIONS)
    size = _element(_WIDTH, _number(width)) + _element(_HEIGHT, _number(height))
    track = _element(_NUMBER, _number(_FILM_TRACK)) + _element(_IDENTIFIER, _number(1))
    track += _element(_TYPE, _number(1)) + _element(_CODEC, b"V_VP8") + _element(_VIDEO, size)
    return head + _name(_SEGMENT) + _OPEN + _element(_INFO, info) + _element(_TRACKS, _element(_TRACK, track))


def frames(webp: bytes, number: int = 0) -> bytes:
    """The rest: the same frame again and again (for media source: the segment of this number)."""
    frame = vp8_frame(webp)
    blocks = (
        _element(_BLOCK, bytes([0x80 | _FILM_TRACK]) + struct.pack(">hB", at, _KEY_FRAME) + frame)
        for at in range(0, FRAMES * FRAME_MILLISECONDS, FRAME_MILLISECONDS)
    )
    return _element(
        _CLUSTER, _element(_TIME, _number(number * FRAMES * FRAME_MILLISECONDS)) + b"".join(blocks)
    )


def film(webp: bytes, width: int, height: int) -> bytes:
    """A whole WebM that shows one picture for about a second."""
    return beginning(width, height) + frames(webp)


def nothing(size: int) -> bytes:
    """So many bytes that nobody draws, about (an element without a meaning)."""
    return _element(_VOID, bytes(size))


def _element(identifier: int, body: bytes) -> bytes:
    return _name(identifier) + (1 << 56 | len(body)).to_bytes(8, "big") + body


def _name(identifier: int) -> bytes:
    return _number(identifier)


def _number(value: int) -> bytes:
    return value.to_bytes(max(1, -(-value.bit_length() // 8)), "big")
