"""Small files that grow when they are opened, written byte by byte: this room imports no packer."""

from __future__ import annotations

import struct
import zlib
from functools import cache

#: Side of the picture that a few bytes announce, in pixels: 900 million (decisions.md 1 allows 50 million).
BOMB_SIDE = 30_000
#: Rows that the picture really holds, packed: enough for a decoder to begin.
BOMB_ROWS = 64
#: Bytes that the ZIP's member unpacks to: 16 MiB out of 16 KiB, 1,000 : 1 (decisions.md 1 allows 100 : 1).
ZIPPED_BYTES = 16 << 20
_NAME = b"zeros.bin"
#: Versions, flags, method "deflated", time, date (APPNOTE.TXT 4.4); 0x21 is the first of January 1980.
_HOW = struct.pack("<HHHHH", 20, 0, 8, 0, 0x21)


@cache
def png_bomb() -> bytes:
    """A PNG of 1 bit a pixel whose header announces 30,000 x 30,000 pixels (PNG, section 11.2)."""
    header = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((BOMB_SIDE // 8 + 1) * BOMB_ROWS))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def zip_bomb() -> bytes:
    """A ZIP with one member of zeros (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16)."""
    zeros = bytes(ZIPPED_BYTES)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(zeros) + packer.flush()
    facts = _HOW + struct.pack("<IIIHH", zlib.crc32(zeros), len(packed), len(zeros), len(_NAME), 0)
    local = b"PK\x03\x04" + facts + _NAME + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHII", 0, 0, 0, 0, 0) + _NAME
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end
