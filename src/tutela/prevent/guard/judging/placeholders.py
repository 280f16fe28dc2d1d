"""What takes the place of a held picture: a small neutral one, or a line of text. Made here, from nothing.

The picture is a square of two greys that a browser may stretch to any size; it says that something was
held back, and nothing about what.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Final

#: Side of the picture in pixels and width of its stripes (our own).
SIDE_PIXELS: Final = 16
_STRIPE_PIXELS: Final = 4
#: Two greys that go with light and dark pages, as RGB.
GREYS: Final = ((0xD0, 0xD0, 0xD0), (0xC4, 0xC4, 0xC4))
#: The line for what is no picture. The local page of the person says the rest.
TEXT_LINE: Final = "This part is not shown.\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Placeholder:
    """Bytes and the media type that they are sent with."""

    media_type: str
    content: bytes


def placeholder(kind: str) -> Placeholder:
    """The placeholder for a held body of this kind: ``gif``, another word of ``PICTURE_KINDS``, or anything.

    Browsers take a PNG wherever a picture may stand, under whatever name it was asked for.
    """
    if kind == "gif":
        return Placeholder(media_type="image/gif", content=grey_gif())
    if kind in PICTURE_KINDS:
        return Placeholder(media_type="image/png", content=grey_png())
    return Placeholder(media_type="text/plain; charset=utf-8", content=TEXT_LINE.encode())


#: Kinds whose placeholder is a picture.
PICTURE_KINDS: Final = frozenset({"jpeg", "png", "gif", "webp", "avif", "heic", "bmp", "ico", "tiff", "svg"})


def _is_darker(row: int, column: int) -> bool:
    return bool((row + column) // _STRIPE_PIXELS % 2)


@cache
def grey_png() -> bytes:
    """A PNG of ``SIDE_PIXELS`` squared with a palette of two greys (PNG third edition, sections 5 and 11)."""
    rows = (bytes([0]) + _bits(row) for row in range(SIDE_PIXELS))
    palette = bytes(level for grey in GREYS for level in grey)
    head = struct.pack(">IIBBBBB", SIDE_PIXELS, SIDE_PIXELS, 1, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _bits(row: int) -> bytes:
    """One row at a bit a pixel, the leftmost pixel first."""
    return int("".join(str(int(_is_darker(row, column))) for column in range(SIDE_PIXELS)), 2).to_bytes(
        SIDE_PIXELS // 8, "big"
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@cache
def grey_gif() -> bytes:
    """The same as a GIF89a of one frame."""
    screen = struct.pack("<HHBBB", SIDE_PIXELS, SIDE_PIXELS, 0x80, 0, 0)  # a table of two colours
    palette = bytes(level for grey in GREYS for level in grey)
    frame = struct.pack("<BHHHHB", 0x2C, 0, 0, SIDE_PIXELS, SIDE_PIXELS, 0)
    return b"GIF89a" + screen + palette + frame + _lzw() + b";"


#: Codes of GIF's LZW at the smallest code size that the format allows for two colours (GIF89a appendix F).
_CODE_SIZE, _CLEAR, _END, _CODE_BITS = 2, 4, 5, 3


def _lzw() -> bytes:
    """The pixels uncompressed: a clear code after every second one keeps all codes at three bits."""
    codes = [_CLEAR]
    for number in range(SIDE_PIXELS**2):
        codes += [int(_is_darker(*divmod(number, SIDE_PIXELS))), *([_CLEAR] if number % 2 else [])]
    packed = sum(code << _CODE_BITS * place for place, code in enumerate([*codes, _END]))
    data = packed.to_bytes(-(-_CODE_BITS * (len(codes) + 1) // 8), "little")
    pieces = (data[at : at + 255] for at in range(0, len(data), 255))
    return bytes([_CODE_SIZE]) + b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"
