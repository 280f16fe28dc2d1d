"""A tile as a picture for a page: grey, enlarged softly, in the page itself, so that nothing is fetched."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.opener.tiles import SIDE, Tile

#: Longest side of a picture on a page, pixels (our own: small by default, governance.md section 4).
SHOWN_PIXELS: Final = 256
#: Least length of the shorter side, pixels: a strip stays a strip and can still be seen (our own).
_LEAST_PIXELS: Final = 32
#: First bytes of a PNG file; the header after width and height: 8-bit grey (RFC 2083, 3.1 and 4.1.1).
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_GREY: Final = struct.pack(">BBBBB", 8, 0, 0, 0, 0)


def data_address(tile: Tile) -> str:
    """The picture as a ``data:`` address: the page holds it, and nothing of it has an address of its own."""
    return "data:image/png;base64," + base64.b64encode(png(enlarged(tile))).decode("ascii")


def enlarged(tile: Tile) -> NDArray[np.uint8]:
    """The tile in its proportions, between its samples evened out: no sharper than it is."""
    width, height = _shown_size(tile)
    samples = np.frombuffer(tile.luma, dtype=np.uint8).reshape(SIDE, SIDE).astype(np.float32)
    rows, columns = _between(samples, height), width
    return np.rint(_between(rows.T, columns).T).astype(np.uint8)


def png(picture: NDArray[np.uint8]) -> bytes:
    """A grey picture as the bytes of a PNG file (RFC 2083)."""
    height, width = picture.shape
    lines = b"".join(b"\x00" + row.tobytes() for row in picture)
    header = struct.pack(">II", width, height) + _GREY
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _shown_size(tile: Tile) -> tuple[int, int]:
    longest = max(tile.width, tile.height)
    sides = (max(_LEAST_PIXELS, round(side * SHOWN_PIXELS / longest)) for side in (tile.width, tile.height))
    width, height = sides
    return width, height


def _between(samples: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """The rows at ``length`` places, each between the two next to it."""
    at = np.clip((np.arange(length) + 0.5) * SIDE / length - 0.5, 0, SIDE - 1)
    below = np.floor(at).astype(int)
    above = np.minimum(below + 1, SIDE - 1)
    share = (at - below)[:, None]
    return np.asarray(samples[below] * (1 - share) + samples[above] * share, dtype=np.float32)
