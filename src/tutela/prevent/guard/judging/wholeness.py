"""Whether a picture is whole, and how many frames it says it has, so that none seen in part is shown.

Pure byte arithmetic over chunks; the frames themselves are decoded in the sandbox.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from tutela.detect.media.ends import PARTS_MAX, gif_frames

_GIF_TRAILER: Final = b";"
#: Chunks of a PNG that decide about what is shown.
_CHECKED: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"})


def frames_announced(kind: str, untrusted_content: bytes) -> int:
    """Frames that a browser may show of a picture of this kind (``sniff``), 1 for kinds without any.

    Raises ValueError for an animation that is cut off in the middle of a frame, for a PNG with a wrong check
    sum (browsers show another part of it than our decoder, which passes over them), and for too many parts.
    """
    if kind == "gif":
        return _gif(untrusted_content)
    if kind == "png":
        return max(1, _png(untrusted_content))
    return max(1, _webp(untrusted_content)) if kind == "webp" else 1


def _gif(content: bytes) -> int:
    """Image descriptors; a file may lack its trailer and is then counted as if it were there."""
    count = gif_frames(memoryview(content)) or gif_frames(memoryview(content + _GIF_TRAILER))
    if not count:
        raise ValueError("an animation that is cut off")
    return count


def _png(content: bytes) -> int:
    """The larger one of what ``acTL`` says and how many ``fcTL`` there are (PNG third edition, 11.3.2)."""
    announced = drawn = 0
    for name, at, length in _chunks(content, 8, "big"):
        if name in _CHECKED:
            _check_sum(content, at, length)
        if name == b"acTL":
            announced = int.from_bytes(content[at : at + 4], "big")
        drawn += name == b"fcTL"
    return max(announced, drawn)


def _check_sum(content: bytes, at: int, length: int) -> None:
    """Return where the sum over name and body stands behind them (PNG third edition, 5.3)."""
    with memoryview(content) as view:
        found = zlib.crc32(view[at - 4 : at + length])
    if content[at + length : at + length + 4] != found.to_bytes(4, "big"):
        raise ValueError("a picture with a wrong check sum")


def _webp(content: bytes) -> int:
    """Chunks ``ANMF`` (RFC 9649, section 2.7.1.1)."""
    return sum(name == b"ANMF" for name, _, _ in _chunks(content, 12, "little"))


def _chunks(content: bytes, at: int, order: str) -> Iterator[tuple[bytes, int, int]]:
    """(name, offset of the body, length) of each chunk; PNG names follow the length, RIFF's stand before."""
    png = order == "big"
    for _ in range(PARTS_MAX):
        first, second = content[at : at + 4], content[at + 4 : at + 8]
        if len(second) < 4:
            return
        name, length = (
            (second, int.from_bytes(first, "big")) if png else (first, int.from_bytes(second, "little"))
        )
        yield name, at + 8, length
        at += 12 + length if png else 8 + length + length % 2
    raise ValueError("a picture of too many parts")
