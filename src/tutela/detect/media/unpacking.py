"""The container worker's module: opens one container, lists it, and streams the members that are wanted.

Frames to the parent: ``MEMBER`` for each entry; where it has content, one byte comes back (wanted or
not); ``DATA`` with its bytes; ``MEMBER_END``. A trouble of the container itself is a ``TROUBLE`` frame.
An E01 image has further segments: their descriptors follow the request, announced by a count.
"""

from __future__ import annotations

import array
import bz2
import gzip
import io
import lzma
import os
import socket
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, cast

from tutela.detect.media import disk_reader, examining, protocol, sevenzip_reader
from tutela.detect.media.answers import Answers
from tutela.detect.media.container_frames import (
    DATA,
    DELETED,
    HAS_CONTENT,
    MEMBER,
    MEMBER_END,
    MEMBER_HEAD,
    PATH_BYTES_MAX,
    SEGMENTS,
    SEGMENTS_PER_MESSAGE,
    WANTED,
)
from tutela.detect.media.examining import Source
from tutela.detect.media.members import Entry, Meter, step_cpu_seconds
from tutela.detect.media.shapes import MIB, Limits, TroubleKind
from tutela.detect.media.sniff import HEAD_BYTES, sniff
from tutela.detect.media.tar_reader import read_packed, read_tar
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.zip_reader import read_zip

#: Bits of the worker's greeting: which optional readers are there.
PARTS: Final = (1 if sevenzip_reader.AVAILABLE else 0) | (2 if disk_reader.AVAILABLE else 0)

#: Progress after which the CPU limit starts anew: a walk may be long, a step may not.
_STEP_BYTES: Final = 64 * MIB
_DECLARED_MAX: Final = (1 << 63) - 1


def warm() -> None:
    """Runs every reader once, so that nothing is loaded after the seal."""
    sevenzip_reader.warm()
    disk_reader.warm()
    for packed in (_small_zip(), gzip.compress(b"tutela"), bz2.compress(b"tutela"), lzma.compress(b"tutela")):
        reader, meter = io.BytesIO(packed), Meter(Limits(), len(packed))
        kind = sniff(packed)
        for entry in read_packed(reader.read, kind, meter) if kind != "zip" else _zip_of(packed, meter):
            b"".join(entry.chunks)


def _zip_of(packed: bytes, meter: Meter) -> Iterator[Entry]:
    return read_zip(lambda offset, count: packed[offset : offset + count], len(packed), meter)


def _small_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            archive.writestr(str(method), b"tutela" * 20, method)
    return buffer.getvalue()


def handle(request: protocol.Request, fd: int, answers: Answers) -> None:
    """Walks the container behind ``fd``; raises DecodeTrouble for what ends the walk."""
    segments = _receive_segments(answers)
    try:
        limits = request.ask.limits
        kind = sniff(os.pread(fd, HEAD_BYTES, 0))
        step = _Step(step_cpu_seconds(kind, limits))
        meter = Meter(limits, request.size_bytes + sum(size for _, size in segments))
        for entry in _open(kind, [(fd, request.size_bytes), *segments], meter):
            step.done(0)
            _send_entry(entry, answers, step)
            step.restart()
    finally:
        for segment, _ in segments:
            os.close(segment)


class _Step:
    """Bounds the CPU time between two signs of progress."""

    def __init__(self, cpu_seconds: float) -> None:
        self._cpu_seconds = cpu_seconds
        self._bytes = 0
        self.restart()

    def restart(self) -> None:
        """A new step begins."""
        examining.limit_cpu(self._cpu_seconds)

    def done(self, size_bytes: int) -> None:
        """So many more bytes came out."""
        self._bytes += size_bytes
        if self._bytes >= _STEP_BYTES:
            self._bytes = 0
            self.restart()


def _receive_segments(answers: Answers) -> list[tuple[int, int]]:
    """(descriptor, size in bytes) of each further segment."""
    channel = answers.channel
    if channel is None:
        return []
    (count,) = SEGMENTS.unpack(answers.receive(SEGMENTS.size))
    segments: list[tuple[int, int]] = []
    while len(segments) < count:
        expected = min(count - len(segments), SEGMENTS_PER_MESSAGE)
        segments += _receive_some(channel, expected)
    return segments


def _receive_some(channel: socket.socket, count: int) -> list[tuple[int, int]]:
    numbers = array.array("i", bytes(4 * count))
    message, ancillary, _, _ = channel.recvmsg(8 * count, socket.CMSG_SPACE(len(numbers) * numbers.itemsize))
    received = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            received.frombytes(data[: len(data) - len(data) % received.itemsize])
    if len(received) != count or len(message) != 8 * count:
        raise DecodeTrouble("unreadable", "segments")
    return list(zip(received, struct.unpack(f"<{count}Q", message), strict=True))


def _open(kind: str, parts: list[tuple[int, int]], meter: Meter) -> Iterator[Entry]:
    """The entries of a container of ``kind``; ``parts`` are descriptors and sizes, one but for E01."""
    fd, size_bytes = parts[0]
    if kind == "zip":
        return read_zip(_read_at(fd), size_bytes, meter)
    if kind == "tar":
        return read_tar(_stream(fd, size_bytes).read, size_bytes, meter)
    if kind in ("gz", "bz2", "xz"):
        return read_packed(_stream(fd, size_bytes).read, kind, meter)
    if kind == "7z":
        return sevenzip_reader.read_7z(_stream(fd, size_bytes), size_bytes, meter)
    if kind == "e01":
        return disk_reader.read_e01([_stream(*part) for part in parts], meter)
    if kind == "disk":
        return disk_reader.read_disk(_read_at(fd), size_bytes, meter)
    raise DecodeTrouble("unreadable", "container")


def _read_at(fd: int) -> Callable[[int, int], bytes]:
    return lambda offset, count: os.pread(fd, count, offset)


def _stream(fd: int, size_bytes: int) -> BinaryIO:
    source = Source(fd=fd, size_bytes=size_bytes, kind="", head=b"", data=None)
    return cast("BinaryIO", source.stream())


def _send_entry(entry: Entry, answers: Answers, step: _Step) -> None:
    readable = entry.trouble is None
    flags = (DELETED if entry.deleted else 0) | (HAS_CONTENT if readable else 0)
    path = entry.path.encode("utf-8", "surrogateescape")[:PATH_BYTES_MAX]
    declared_bytes = max(0, min(entry.declared_bytes, _DECLARED_MAX))
    answers.send(MEMBER, MEMBER_HEAD.pack(flags, declared_bytes) + path)
    if readable:
        answers.flush()
        if answers.receive(1) != WANTED:
            return
        entry.trouble = _send_content(entry, answers, step)
    answers.send(MEMBER_END, b"" if entry.trouble is None else protocol.render_trouble(*entry.trouble))


def _send_content(entry: Entry, answers: Answers, step: _Step) -> tuple[TroubleKind, str] | None:
    """What went wrong with this member alone, or None."""
    try:
        for chunk in entry.chunks:
            answers.send(DATA, chunk)
            step.done(len(chunk))
    except DecodeTrouble as found:
        if found.kind == "refused":
            raise
        return found.kind, found.code
    return None
