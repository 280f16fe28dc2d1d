"""Films as bytes: real ones by PyAV, and QuickTime files put together box by box to lie in any field."""

from __future__ import annotations

import io
import struct
from collections.abc import Collection, Iterable
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray
from PIL import Image

#: Encoder for each container that the builds of PyAV have.
CODECS = {"mp4": "libx264", "matroska": "libx264", "avi": "mpeg4", "mpeg": "mpeg2video", "mpegts": "libx264"}


def scene(number: int, width: int = 320, height: int = 240) -> NDArray[np.uint8]:
    """A picture with enough detail for PDQ: smooth noise, other for each number."""
    noise = np.random.default_rng(number).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC))


def encoded(
    pictures: Iterable[NDArray[np.uint8]],
    *,
    container: str = "mp4",
    codec: str = "",
    rate: int = 10,
    pixel_format: str = "yuv420p",
    rotation: int = 0,
    options: dict[str, str] | None = None,
    keys: Collection[int] = (),
    muxing: dict[str, str] | None = None,
) -> bytes:
    """A film of ``pictures``, each (H, W, 3) uint8; those numbered in ``keys`` are key frames (H.264).

    ``muxing``: options of the container.
    """
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container, options=muxing or {}) as film:
        stream: Any = None
        for number, pixels in enumerate(pictures):
            if stream is None:
                stream = film.add_stream(
                    codec or CODECS.get(container, "mpeg4"), rate=rate, options=options or {}
                )
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = pixel_format
                stream.codec_context.thread_count = 1
                if rotation:
                    stream.set_display_rotation(rotation)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            if number in keys:
                frame.pict_type = PictureType.I
            film.mux(stream.encode(frame))
        if stream is not None:
            film.mux(stream.encode(None))
    return buffer.getvalue()


def box(kind: bytes, *parts: bytes) -> bytes:
    """One box of ISO/IEC 14496-12."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, *parts: bytes) -> bytes:
    """A box with version and flags of zero."""
    return box(kind, bytes(4), *parts)


def jpeg(width: int = 64, height: int = 64) -> bytes:
    """One small JPEG."""
    out = io.BytesIO()
    Image.fromarray(scene(1, width, height)).save(out, "JPEG", quality=60)
    return out.getvalue()


def resized_header(data: bytes, width: int, height: int) -> bytes:
    """The JPEG with other sides in its frame header (SOF0, ITU-T T.81 B.2.2)."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def movie(
    *, frames: int, declared_frames: int = 0, chunks: int = 0, sides: tuple[int, int] = (64, 64)
) -> bytes:
    """A QuickTime film of JPEG frames (``jpeg`` samples need no codec header), 10 a second.

    ``declared_frames`` stand in the tables whatever there is; with ``chunks`` that many chunks of one
    frame all point at the first one.
    """
    width, height = sides
    picture = resized_header(jpeg(), width, height)
    count = declared_frames or chunks or frames
    ftyp = box(b"ftyp", b"qt  ", bytes(4), b"qt  ")
    mdat = box(b"mdat", picture * frames)
    at = len(ftyp) + 8
    offsets = [at] * chunks if chunks else [at]
    per_chunk = 1 if chunks else count
    entry = bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HH", width, height)
    entry += struct.pack(">IIIH", 0x480000, 0x480000, 0, 1) + bytes(32) + struct.pack(">Hh", 24, -1)
    table = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), box(b"jpeg", entry)),
        full(b"stts", struct.pack(">III", 1, count, 100)),
        full(b"stsc", struct.pack(">IIII", 1, 1, per_chunk, 1)),
        full(b"stsz", struct.pack(">II", len(picture), count)),
        full(b"stco", struct.pack(">I", len(offsets)), struct.pack(f">{len(offsets)}I", *offsets)),
    )
    duration = min(count * 100, 0xFFFFFFFF)
    reference = full(b"dref", struct.pack(">I", 1), box(b"url ", b"\0\0\0\1"))
    information = box(b"minf", full(b"vmhd", bytes(8)), box(b"dinf", reference), table)
    media = box(
        b"mdia",
        full(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1000, duration, 0, 0)),
        full(b"hdlr", b"mhlrvide", bytes(13)),
        information,
    )
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    shown_sides = struct.pack(">II", width << 16, height << 16)
    track = full(b"tkhd", struct.pack(">IIIII", 0, 0, 1, 0, duration), bytes(16), matrix, shown_sides)
    start = struct.pack(">IIIIIH", 0, 0, 1000, duration, 0x10000, 0x100)
    header = full(b"mvhd", start, bytes(10), matrix, bytes(24), struct.pack(">I", 2))
    return ftyp + mdat + box(b"moov", header, box(b"trak", track, media))


def boxes(data: bytes) -> list[bytes]:
    """The top-level boxes of an MP4, each as it is."""
    found, at = [], 0
    while at < len(data):
        end = at + struct.unpack_from(">I", data, at)[0]
        found.append(data[at:end])
        at = end
    return found


def index_first(data: bytes) -> bytes:
    """An MP4 with its index before its frames, as servers of films have it."""
    parts = {one[4:8]: one for one in boxes(data)}
    index = bytearray(parts.pop(b"moov"))
    at = index.index(b"stco") + 8  # behind version and flags; then a count, and so many offsets
    count = struct.unpack_from(">I", index, at)[0]
    offsets = struct.unpack_from(f">{count}I", index, at + 4)
    struct.pack_into(f">{count}I", index, at + 4, *(one + len(index) for one in offsets))
    return parts.pop(b"ftyp") + bytes(index) + b"".join(parts.values())
