"""The neutral pictures that stand where one was held: small, grey, without a word. Made in code."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Final

#: Side of the raster in pixels; browsers stretch it over whatever room the page left.
SIDE_PIXELS: Final = 16
#: A light grey that is calm on white and on black pages.
GREY: Final = 0xD0


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _raster() -> bytes:
    """An 8-bit grey PNG (PNG 1.2, section 4.1)."""
    header = struct.pack(">IIBBBBB", SIDE_PIXELS, SIDE_PIXELS, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([GREY]) * SIDE_PIXELS) * SIDE_PIXELS
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


#: What stands for a raster, an SVG, and for either inside a text.
RASTER: Final = _raster()
RASTER_TYPE: Final = "image/png"
VECTOR: Final = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE_PIXELS}" height="{SIDE_PIXELS}">'
    f'<rect width="100%" height="100%" fill="#{GREY:02x}{GREY:02x}{GREY:02x}"/></svg>'
).encode()
VECTOR_TYPE: Final = "image/svg+xml"
RASTER_BASE64: Final = base64.b64encode(RASTER)
#: Only letters, digits and ``+ / = : ; ,``: it may stand in markup, style, script and JSON as it is.
RASTER_ADDRESS: Final = b"data:" + RASTER_TYPE.encode() + b";base64," + RASTER_BASE64
