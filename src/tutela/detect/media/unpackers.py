"""Packed bytes in, plain bytes out, a bounded step at a time: deflate, gzip, bzip2, LZMA, XZ.

Each function takes ``read(count) -> bytes`` (empty at the end) and yields chunks of at most
``CHUNK_BYTES``. Broken or cut data raise DecodeTrouble; the memory of a dictionary is bounded
before it is allocated.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Final, Protocol

from tutela.detect.media.members import CHUNK_BYTES
from tutela.detect.media.troubles import DecodeTrouble

Read = Callable[[int], bytes]

#: Bytes of packed data fed at once.
_READ_BYTES: Final = 64 << 10
#: What the XZ decoder takes beside its dictionary (xz manual: about 100 KiB), rounded up.
_XZ_OVERHEAD_BYTES: Final = 1 << 20
#: zlib's window bits: raw deflate, and gzip with header and check sum.
_RAW, _GZIP = -15, 31


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class _Zlib:
    """zlib's object with the manners of the bz2 and lzma ones: it keeps what it could not use yet."""

    def __init__(self, window_bits: int) -> None:
        self._inner = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def unpack_stored(read: Read) -> Iterator[bytes]:
    """The bytes as they are."""
    while chunk := read(CHUNK_BYTES):
        yield chunk


def unpack_deflate(read: Read) -> Iterator[bytes]:
    """One raw deflate stream (RFC 1951)."""
    yield from _unpack(read, lambda: _Zlib(_RAW))


def unpack_gzip(read: Read) -> Iterator[bytes]:
    """All gzip members one after the other (RFC 1952), up to padding or foreign bytes behind them."""
    yield from _unpack(read, lambda: _Zlib(_GZIP), next_starts=b"\x1f\x8b")


def unpack_bz2(read: Read) -> Iterator[bytes]:
    """All bzip2 streams one after the other."""
    yield from _unpack(read, bz2.BZ2Decompressor, next_starts=b"BZh")


def unpack_xz(read: Read, dictionary_bytes_max: int) -> Iterator[bytes]:
    """All XZ streams one after the other; a larger dictionary is refused."""
    memory = dictionary_bytes_max + _XZ_OVERHEAD_BYTES
    yield from _unpack(
        read,
        lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=memory),
        next_starts=b"\xfd7zXZ\0",
    )


def unpack_zip_lzma(read: Read, dictionary_bytes_max: int) -> Iterator[bytes]:
    """One LZMA stream as zip stores it: version, size of properties, properties (APPNOTE 5.8.8)."""
    head = read(9)
    if len(head) < 9 or head[2:4] != b"\x05\x00" or head[4] >= 9 * 5 * 5:
        raise DecodeTrouble("unreadable", "broken")
    dictionary_bytes = int.from_bytes(head[5:9], "little")
    if dictionary_bytes > dictionary_bytes_max:
        raise DecodeTrouble("refused", "dictionary")
    rest, lc = divmod(head[4], 9)
    pb, lp = divmod(rest, 5)
    filters = [
        {"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary_bytes, 4096), "lc": lc, "lp": lp, "pb": pb}
    ]
    yield from _unpack(read, lambda: lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=filters))


def _unpack(read: Read, make: Callable[[], _Decompressor], *, next_starts: bytes = b"") -> Iterator[bytes]:
    """Chunks of one stream, and of those behind it that start with ``next_starts``."""
    try:
        rest = yield from _one_stream(read, make(), read(_READ_BYTES))
        while next_starts and (data := _next_stream(read, rest, next_starts)):
            rest = yield from _one_stream(read, make(), data)
    except (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        # liblzma's own word for its memory limit; there is no separate class for it.
        if "emory usage limit" in str(error):
            raise DecodeTrouble("refused", "dictionary") from error
        raise DecodeTrouble("unreadable", "broken") from error


def _one_stream(read: Read, stream: _Decompressor, data: bytes) -> Generator[bytes, None, bytes]:
    """Yields one stream's chunks; returns the bytes that were read beyond it."""
    while True:
        chunk = stream.decompress(data, CHUNK_BYTES)
        if chunk:
            yield chunk
        if stream.eof:
            return stream.unused_data
        data = read(_READ_BYTES) if stream.needs_input else b""
        if not data and not chunk:
            raise EOFError


def _next_stream(read: Read, rest: bytes, starts: bytes) -> bytes:
    """The bytes from the next stream on, zeros before it passed over; none when no stream follows."""
    data = rest.lstrip(b"\0")
    while len(data) < len(starts) and (more := read(_READ_BYTES)):
        data = (data + more).lstrip(b"\0")
    return data if data.startswith(starts) else b""
