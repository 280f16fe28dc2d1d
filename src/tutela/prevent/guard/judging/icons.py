"""Icon files (ICO, CUR) as the pictures inside them: PNG files as they are, bitmaps with their head put back.

Pure byte arithmetic: nothing is decoded here. Source: Microsoft, "Icons" (ICONDIR, ICONDIRENTRY): each entry
is a PNG file, or a bitmap without its file header and of twice the height, colours first, then the mask.
"""

from __future__ import annotations

import struct
from typing import Final

#: What icon and cursor files begin with: a zero, and 1 or 2.
STARTS: Final = (b"\0\0\1\0", b"\0\0\2\0")
#: Pictures in one file (our own: real icons have up to ten sizes in a few colour depths).
ENTRIES_MAX: Final = 64
_DIRECTORY, _ENTRY = struct.Struct("<HHH"), struct.Struct("<8xII")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_FILE_HEAD: Final = struct.Struct("<2sIHHI")
#: BITMAPINFOHEADER up to the number of colours: size, width, height, planes, bits, compression, ..., colours.
_INFO_HEAD: Final = struct.Struct("<IiiHHIIiiII")
#: Bits a pixel above which a bitmap has no palette, and bytes of one colour in it.
_PALETTE_BITS_MAX, _COLOUR_BYTES = 8, 4


def is_icon(untrusted_content: bytes) -> bool:
    """Whether these bytes begin like an icon file."""
    return untrusted_content.startswith(STARTS)


def pictures(untrusted_content: bytes) -> tuple[bytes, ...]:
    """Each picture of an icon file as a file of its own. Raises ValueError for none and for broken ones."""
    try:
        _, _, count = _DIRECTORY.unpack_from(untrusted_content)
        if not 1 <= count <= ENTRIES_MAX:
            raise ValueError("an icon file without pictures, or with too many")
        places = (_ENTRY.unpack_from(untrusted_content, 6 + 16 * number) for number in range(count))
        return tuple(_picture(untrusted_content, *place) for place in places)
    except struct.error as error:
        raise ValueError("an icon file that is cut off") from error


def _picture(content: bytes, size: int, offset: int) -> bytes:
    part = content[offset : offset + size]
    if not size or len(part) != size:
        raise ValueError("an icon that lies outside of its file")
    return part if part.startswith(_PNG) else _bitmap(part)


def _bitmap(part: bytes) -> bytes:
    """A bitmap file of the colours; the mask behind them hides nothing from whoever looks."""
    head_bytes, width, height, *rest = _INFO_HEAD.unpack_from(part)
    bits, colours = rest[1], rest[7]
    if head_bytes != _INFO_HEAD.size or height <= 0 or height % 2:
        raise ValueError("an icon of an unknown kind")
    palette = colours or (1 << bits if bits <= _PALETTE_BITS_MAX else 0)
    pixels_at = _FILE_HEAD.size + head_bytes + palette * _COLOUR_BYTES
    info = _INFO_HEAD.pack(head_bytes, width, height // 2, *rest)
    file_head = _FILE_HEAD.pack(b"BM", _FILE_HEAD.size + len(part), 0, 0, pixels_at & 0xFFFFFFFF)
    return file_head + info + part[head_bytes:]
