"""One file inside a worker: read once, digested, sniffed, handed to a decoder."""

from __future__ import annotations

import hashlib
import io
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tutela.detect.media import protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.shapes import MIB, Ask, MediaFacts, ShownForm
from tutela.detect.media.sniff import HEAD_BYTES, sniff
from tutela.detect.media.troubles import DecodeTrouble

#: Files up to this size are read into memory once and decoded from there; larger ones are
#: digested in a stream and decoded through a seekable reader. Leaves room for 50 Mpx in RGB.
IN_MEMORY_BYTES: Final = 32 * MIB
#: JPEGs need less room for their pixels, and their own decoder reads from memory only.
JPEG_IN_MEMORY_BYTES: Final = 128 * MIB
#: Piece that is fed to the three digests while it is in the second-level cache.
_PIECE_BYTES: Final = 256 << 10
#: The buffer that is kept between items, so that its pages are not faulted in again.
_KEPT_BYTES: Final = 8 * MIB


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One open file: its bytes where they fit into memory, else only the descriptor.

    ``data`` is valid until the next item. ``head`` holds the first ``HEAD_BYTES`` bytes.
    """

    fd: int
    size_bytes: int
    kind: str
    head: bytes
    data: memoryview | None

    def stream(self) -> io.BufferedIOBase:
        """A seekable reader over the whole file that never moves the shared offset."""
        if self.data is not None:
            return io.BytesIO(self.data)
        return _Stream(self.fd, self.size_bytes)


Decoder = Callable[[Source, Ask, Callable[[ShownForm], None]], MediaFacts]


class _DescriptorReader(io.RawIOBase):
    """Reads by position: no ``fstat``, no ``lseek``, no other file than the one handed in."""

    def __init__(self, fd: int, size_bytes: int) -> None:
        super().__init__()
        self._fd, self._size_bytes, self._at = fd, size_bytes, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size_bytes}[whence]
        if base + offset < 0:
            raise ValueError("seek before the start")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a buffer is bytes
        wanted = min(len(buffer), max(0, self._size_bytes - self._at))
        count = os.preadv(self._fd, [memoryview(buffer)[:wanted]], self._at) if wanted else 0
        self._at += count
        return count


class _Stream(io.BufferedReader):
    """Buffered, but the rest of a file comes in one piece: growing it would need twice the memory."""

    def __init__(self, fd: int, size_bytes: int) -> None:
        super().__init__(_DescriptorReader(fd, size_bytes), 1 << 16)
        self._of = (fd, size_bytes)

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size >= 0:
            return super().read(size)
        fd, size_bytes = self._of
        at = self.tell()
        rest = os.pread(fd, max(0, size_bytes - at), at)
        self.seek(at + len(rest))
        return rest


class Reader:
    """Reads and digests files into a buffer of its own that is used again for the next one."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def read(self, fd: int, size_bytes: int, at_bytes: int = 0) -> tuple[Source, protocol.Digests]:
        """The file as a source, and its digests; OSError when it cannot be read.

        Only a file that fits into memory may begin behind the beginning of ``fd``.
        """
        if size_bytes <= IN_MEMORY_BYTES or (
            size_bytes <= JPEG_IN_MEMORY_BYTES and sniff(os.pread(fd, 16, 0)) == "jpeg"
        ):
            data = memoryview(self._room(size_bytes))[:size_bytes]
            digests = _digest(fd, size_bytes, data, at_bytes)
            data = data[: digests.size_bytes]
            head = bytes(data[:HEAD_BYTES])
        else:
            piece = memoryview(self._room(4 * _PIECE_BYTES))
            digests = _digest(fd, size_bytes, piece)
            data, head = None, os.pread(fd, HEAD_BYTES, 0)
        return Source(fd=fd, size_bytes=size_bytes, kind=sniff(head), head=head, data=data), digests

    def _room(self, size_bytes: int) -> bytearray:
        if size_bytes > _KEPT_BYTES:
            return bytearray(size_bytes)
        if len(self._buffer) < size_bytes:
            self._buffer = bytearray(max(size_bytes, MIB))
        return self._buffer


_reader = Reader()


def handle(decode: Decoder, request: protocol.Request, fd: int, answers: Answers) -> None:
    """Serves one request. Digests of a small file travel with its forms; if the decoder ends the
    worker, the parent has them computed again.
    """
    try:
        source, digests = _reader.read(fd, request.size_bytes, request.at_bytes)
    except OSError:
        raise DecodeTrouble("unreadable", "unreadable") from None
    answers.digests(digests)
    if source.data is None:
        answers.flush()  # worth keeping even if a decoder ends this worker
    if request.operation == protocol.DIGESTS_ONLY:
        return
    if digests.size_bytes != request.size_bytes:
        raise DecodeTrouble("unreadable", "changed")
    try:
        answers.facts(decode(source, request.ask, answers.form))
    except DecodeTrouble as found:
        answers.facts(found.facts or MediaFacts(container=source.kind))
        raise


def limit_cpu(seconds: float) -> None:
    """Has the kernel kill this worker after so many more CPU seconds (SIGPROF, not caught)."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _digest(fd: int, size_bytes: int, room: memoryview, at_bytes: int = 0) -> protocol.Digests:
    """Digests of at most ``size_bytes`` bytes; ``room`` keeps them all when it is large enough."""
    sums = (hashlib.md5(usedforsecurity=False), hashlib.sha1(usedforsecurity=False), hashlib.sha256())
    keep = len(room) >= size_bytes
    done = 0
    while done < size_bytes:
        at = done if keep else 0
        piece = room[at : at + min(_PIECE_BYTES, size_bytes - done)]
        count = os.preadv(fd, [piece], at_bytes + done)
        if not count:
            break
        for digest in sums:
            digest.update(piece[:count])
        done += count
    md5, sha1, sha256 = (digest.digest() for digest in sums)
    return protocol.Digests(size_bytes=done, md5=md5, sha1=sha1, sha256=sha256)
