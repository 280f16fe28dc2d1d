"""Bombs in the shape of pictures: small files that ask for much. Each must end within 2 s of CPU.

``BOMBS[name]()`` gives the bytes; sources: threat model ST-04 and section 10.4, the specifications
of the formats. The bombs in archives and films are in ``container_bombs``.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from tests.pictures import encoded, landscape, png_chunk

MIB = 1 << 20
PNG = b"\x89PNG\r\n\x1a\n"


def _small() -> Image.Image:
    return landscape(1, 64, 48)


def _png(width: int, height: int, *before: bytes, rows: bytes = b"", after: bytes = b"") -> bytes:
    """A grey PNG of these sides with some chunks before its samples."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    samples = png_chunk(b"IDAT", zlib.compress(rows, 9))
    return PNG + header + b"".join(before) + samples + after + png_chunk(b"IEND", b"")


def _zeros(count: int) -> bytes:
    """A zlib stream of ``count`` MiB of zeros."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(MIB)) for _ in range(count)), packer.flush()])


def png_pixels() -> bytes:
    """3.6 thousand million pixels, announced in 60 bytes."""
    return _png(60_000, 60_000)


def png_pixels_over_the_limit() -> bytes:
    """50.4 megapixels that are really there: 50 MB of zeros in 50 kB."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 8_000, 6_300, 8, 0, 0, 0, 0))
    return PNG + header + png_chunk(b"IDAT", _zeros(49)) + png_chunk(b"IEND", b"")


def png_side() -> bytes:
    """One row of two thousand million pixels."""
    return _png(0x7FFFFFFF, 1)


def png_text() -> bytes:
    """A compressed text chunk of 100 MB."""
    return _png(8, 8, png_chunk(b"zTXt", b"Comment\0\0" + _zeros(100)), rows=bytes(72))


def png_many_texts() -> bytes:
    """100 compressed text chunks of just below 1 MiB each."""
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(MIB - 1_024), 9))
    return _png(8, 8, *[text] * 100, rows=bytes(72))


def png_profile() -> bytes:
    """A colour profile of 100 MB; the picture itself is sound."""
    return _png(8, 8, png_chunk(b"iCCP", b"icc\0\0" + _zeros(100)), rows=bytes(72))


def png_chunks() -> bytes:
    """A million empty chunks before the samples."""
    return _png(8, 8, png_chunk(b"tEXt", b"") * 1_000_000, rows=bytes(72))


def png_frames() -> bytes:
    """An APNG that announces two thousand million frames and has 1,000 different ones."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0))
    control = png_chunk(b"acTL", struct.pack(">II", 0x7FFFFFFF, 0))
    frames = []
    for number in range(1_000):
        place = struct.pack(">IIIIIHHBB", max(0, 2 * number - 1), 64, 64, 0, 0, 1, 10, 0, 0)
        noise = np.random.default_rng(number).integers(0, 256, (8, 8), np.uint8).repeat(8, 0).repeat(8, 1)
        rows = zlib.compress(b"".join(b"\0" + row.tobytes() for row in noise), 9)
        body = png_chunk(b"fdAT", struct.pack(">I", 2 * number) + rows)
        frames.append(png_chunk(b"fcTL", place) + (png_chunk(b"IDAT", rows) if not number else body))
    return PNG + header + control + b"".join(frames) + png_chunk(b"IEND", b"")


def gif_pixels() -> bytes:
    """A canvas of 65,535 x 65,535 with a frame of one pixel."""
    data = bytearray(encoded(_small().convert("P"), "GIF"))
    data[6:10] = struct.pack("<HH", 65_535, 65_535)
    return bytes(data)


def _gif(width: int, height: int, frames: bytes) -> bytes:
    return (
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(3) + b"\xff" * 3 + frames + b";"
    )


def _gif_frame(width: int, height: int, colour: int = 0) -> bytes:
    """A frame of one pixel at the corner, whose canvas must be composed all the same."""
    image = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0)
    return image + b"\x02\x02" + (b"\x4c\x01" if colour else b"\x44\x01") + b"\0"


def gif_huge_frames() -> bytes:
    """300 frames of 49 megapixels each."""
    data = encoded(Image.new("P", (7_000, 7_000)), "GIF")
    frame = data[data.index(b",", 13) : -1]
    return data[:-1] + frame * 299 + b";"


def gif_many_frames() -> bytes:
    """50,000 frames of one pixel."""
    return _gif(1, 1, _gif_frame(1, 1) * 50_000)


def gif_sub_blocks() -> bytes:
    """A frame cut into two million sub-blocks of one byte."""
    head = b"," + struct.pack("<HHHHB", 0, 0, 64, 64, 0) + b"\x02"
    return _gif(64, 64, head + b"\x01\0" * 2_000_000 + b"\0")


def jpeg_pixels() -> bytes:
    """65,500 x 65,500 pixels announced in the frame header."""
    data = bytearray(encoded(_small(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 65_500, 65_500)
    return bytes(data)


def jpeg_scans() -> bytes:
    """A progressive picture of 36 megapixels whose last scan is repeated 1,000 times."""
    data = encoded(Image.new("RGB", (6_000, 6_000)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * 1_000 + data[-2:]


def jpeg_segments() -> bytes:
    """Two million empty comments before the frame header."""
    data = encoded(_small(), "JPEG")
    return data[:2] + b"\xff\xfe\x00\x02" * 2_000_000 + data[2:]


def webp_pixels() -> bytes:
    """16,383 x 16,383 pixels announced by a lossy frame."""
    data = bytearray(encoded(_small(), "WEBP", method=0))
    data[26:30] = struct.pack("<HH", 0x3FFF, 0x3FFF)
    return bytes(data)


def webp_animation() -> bytes:
    """1,000 frames of a few pixels on a canvas of 13 megapixels: each is composed in full."""
    frames = [Image.new("RGB", (16, 16), (level, 0, 255 - level)) for level in range(4)]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], method=0, lossless=True)
    at, frame = data.index(b"ANMF"), b""
    length = struct.unpack_from("<I", data, at + 4)[0]
    frame = data[at : at + 8 + length]
    body = bytearray(data[12:at] + frame * 1_000)
    body[body.index(b"VP8X") + 12 : body.index(b"VP8X") + 18] = (3_599).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + bytes(body)


def avif_pixels() -> bytes:
    """60,000 x 60,000 pixels in the property that announces the size."""
    data = bytearray(encoded(_small(), "AVIF", speed=10))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 60_000, 60_000)
    return bytes(data)


def _tiff(entries: list[tuple[int, int, int, int]]) -> bytes:
    """One directory of (tag, type, count, value)."""
    table = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(4) + bytes(64)


def _tiff_sides(width: int, height: int) -> list[tuple[int, int, int, int]]:
    strip = [(273, 4, 1, 8), (278, 4, 1, height), (279, 4, 1, 16)]
    return [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (262, 3, 1, 1), *strip]


def tiff_pixels() -> bytes:
    """4,000,000,000 x 4,000,000,000 pixels."""
    return _tiff(_tiff_sides(4_000_000_000, 4_000_000_000))


def tiff_tag() -> bytes:
    """A tag of 4 thousand million rational numbers."""
    return _tiff([*_tiff_sides(64, 64), (33_432, 5, 0xFFFFFFFF, 8), (305, 2, 0x7FFFFFFF, 8)])


def tiff_many_pages() -> bytes:
    """20,000 pages of one tiny strip."""
    out, count = bytearray(b"II*\0" + struct.pack("<I", 8)), 20_000
    size = 2 + 12 * 7 + 4
    for page in range(count):
        table = b"".join(struct.pack("<HHII", *entry) for entry in sorted(_tiff_sides(8, 2)))
        following = 8 + size * (page + 1) if page + 1 < count else 0
        out += struct.pack("<H", 7) + table + struct.pack("<I", following)
    return bytes(out)


def bmp_pixels() -> bytes:
    """A bitmap of 2,000,000,000 x 1 pixels."""
    data = bytearray(encoded(_small(), "BMP"))
    data[18:26] = struct.pack("<ii", 2_000_000_000, 1)
    return bytes(data)


def _repeated(data: bytes, count: int) -> bytes:
    stream = io.BytesIO()
    for _ in range(count):
        stream.write(data)
    return stream.getvalue()


def bmp_runs() -> bytes:
    """A run-length bitmap of 49 megapixels in runs of one pixel."""
    width = height = 7_000
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, 0, 0, 0, 0, 0) + bytes(1_024)
    runs = _repeated(b"\x01\x00" * 4_096, 1_024)
    head = b"BM" + struct.pack("<IHHI", 14 + len(info) + len(runs), 0, 0, 14 + len(info))
    return head + info + runs


BOMBS: Mapping[str, Callable[[], bytes]] = {
    function.__name__: function
    for function in (
        png_pixels,
        png_pixels_over_the_limit,
        png_side,
        png_text,
        png_many_texts,
        png_profile,
        png_chunks,
        png_frames,
        gif_pixels,
        gif_huge_frames,
        gif_many_frames,
        gif_sub_blocks,
        jpeg_pixels,
        jpeg_scans,
        jpeg_segments,
        webp_pixels,
        webp_animation,
        avif_pixels,
        tiff_pixels,
        tiff_tag,
        tiff_many_pages,
        bmp_pixels,
        bmp_runs,
    )
}
