"""Content encodings undone piece by piece: gzip, deflate, br, zstd (RFC 9110 section 8.4; 7932; 8878).

No step gives more than a bounded piece, so whoever asks can stop at a limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import brotli
import zstandard

#: Bytes that one step gives at most (zlib); the others are fed so little at a time that they stay near it.
PIECE_BYTES: Final = 1024 * 1024
#: The start of a member of gzip.
_GZIP: Final = b"\x1f\x8b"
#: A member of gzip may have 20 bytes and give nothing; what follows one is copied for each of them.
_ZLIB_FED_BYTES: Final = 16 * 1024
#: A block of brotli gives up to 16 MiB (RFC 7932 section 9.2) from a handful of bytes.
_BROTLI_FED_BYTES: Final = 64
#: A block of zstd gives up to 128 KiB from 4 bytes (RFC 8878 section 3.1.1.2.4).
_ZSTD_FED_BYTES: Final = 256
#: Window that a browser takes (RFC 9659 section 3: 8 MiB).
_ZSTD_WINDOW_BYTES: Final = 8 * 1024 * 1024
#: Encodings on top of one another.
LAYERS_MAX: Final = 2
#: Bytes that an encoding may give to the one below it, and times what came (our own: what is packed already
#: packs hardly any further, but a few MB can stand for hundreds of GB of which the one below makes nothing).
_BETWEEN_BYTES, _BETWEEN_TIMES = 1024 * 1024, 4


class Decoder(Protocol):
    """One encoding under way."""

    def feed(self, untrusted_data: bytes) -> Iterator[bytes]:
        """What ``untrusted_data`` adds, in bounded pieces. Raises ValueError."""
        ...

    @property
    def finished(self) -> bool:
        """Whether the encoded data came to its end."""
        ...


class _Zlib:
    """gzip, or deflate with its wrapper or, as some servers send it, without."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._object = zlib.decompressobj(31) if gzip else None

    def feed(self, untrusted_data: bytes) -> Iterator[bytes]:
        for at in range(0, len(untrusted_data), _ZLIB_FED_BYTES):
            yield from self._step(untrusted_data[at : at + _ZLIB_FED_BYTES])

    def _step(self, data: bytes) -> Iterator[bytes]:
        if self._object is None:
            self._object = zlib.decompressobj(15 if data[0] & 0x0F == 8 else -15)
        if len(self._object.unused_data) >= len(_GZIP):
            return  # something else stands behind the end
        while data or not self._object.eof:
            try:
                piece = self._object.decompress(data, PIECE_BYTES)
            except zlib.error as reason:
                raise ValueError("not what its encoding says") from reason
            yield piece
            data = self._object.unconsumed_tail
            if self._object.eof:
                data = self._next_member()
            elif not data and len(piece) < PIECE_BYTES:
                return

    def _next_member(self) -> bytes:
        """The start of the next member of a gzip file (RFC 1952 section 2.2); nothing where none follows."""
        rest: bytes = self._object.unused_data if self._object else b""
        if not self._gzip or not rest.startswith(_GZIP):
            return b""
        self._object = zlib.decompressobj(31)
        return rest

    @property
    def finished(self) -> bool:
        return self._object is not None and self._object.eof


class _Brotli:
    def __init__(self) -> None:
        self._object = brotli.Decompressor()

    def feed(self, untrusted_data: bytes) -> Iterator[bytes]:
        for at in range(0, len(untrusted_data), _BROTLI_FED_BYTES):
            try:
                yield self._object.process(untrusted_data[at : at + _BROTLI_FED_BYTES])
            except brotli.error as reason:
                raise ValueError("not what its encoding says") from reason

    @property
    def finished(self) -> bool:
        return bool(self._object.is_finished())


class _Zstd:
    def __init__(self) -> None:
        opener = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
        self._object = opener.decompressobj()

    def feed(self, untrusted_data: bytes) -> Iterator[bytes]:
        for at in range(0, len(untrusted_data), _ZSTD_FED_BYTES):
            try:
                yield self._object.decompress(untrusted_data[at : at + _ZSTD_FED_BYTES])
            except zstandard.ZstdError as reason:
                raise ValueError("not what its encoding says") from reason
            if self._object.unused_data:  # a browser would undo a second frame too
                raise ValueError("not what its encoding says: something stands behind its end")

    @property
    def finished(self) -> bool:
        return bool(self._object.eof)


class _Identity:
    finished = True

    def feed(self, untrusted_data: bytes) -> Iterator[bytes]:
        for at in range(0, len(untrusted_data), PIECE_BYTES):
            yield untrusted_data[at : at + PIECE_BYTES]


_DECODERS: Final[dict[str, Callable[[], Decoder]]] = {
    "gzip": lambda: _Zlib(gzip=True),
    "x-gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
    "br": _Brotli,
    "zstd": _Zstd,
}
#: What is asked of servers, the best first.
OFFERED: Final = ("gzip", "deflate", "br", "zstd")


def layers(header: str) -> list[str]:
    """The encodings of a Content-Encoding header, the outermost first. Raises ValueError for unknown ones."""
    names = [name for one in header.split(",") if (name := one.strip().lower()) not in {"", "identity"}]
    if len(names) > LAYERS_MAX or any(name not in _DECODERS for name in names):
        raise ValueError("an encoding that is not undone here")
    return names[::-1]


def decodable(header: str) -> bool:
    """Whether ``layers`` takes the header."""
    try:
        return layers(header) is not None
    except ValueError:
        return False


class Chain:
    """All encodings of an answer, undone one after the other."""

    def __init__(self, header: str) -> None:
        self._decoders = [_DECODERS[name]() for name in layers(header)] or [_Identity()]
        self._between = _BETWEEN_BYTES

    def feed(self, untrusted_data: bytes) -> Iterator[bytes]:
        """What ``untrusted_data`` adds, in bounded pieces. Raises ValueError."""
        self._between += _BETWEEN_TIMES * len(untrusted_data)
        return self._fed(untrusted_data, 0)

    def _fed(self, data: bytes, layer: int) -> Iterator[bytes]:
        if layer == len(self._decoders):
            yield data
            return
        for piece in self._decoders[layer].feed(data):
            if layer + 1 < len(self._decoders):
                self._between -= len(piece)
                if self._between < 0:
                    raise ValueError("an encoding that gives too much to the one below it")
            yield from self._fed(piece, layer + 1)

    @property
    def finished(self) -> bool:
        """Whether each encoding came to its end."""
        return all(one.finished for one in self._decoders)


def decoded(untrusted_body: bytes, header: str, bytes_max: int) -> bytes:
    """The whole body without its encodings. Raises ValueError for one cut off, broken or larger."""
    if not layers(header):
        return untrusted_body
    chain, whole = Chain(header), bytearray()
    for piece in chain.feed(untrusted_body):
        whole += piece
        if len(whole) > bytes_max:
            raise ValueError("more than is kept together")
    if not chain.finished:
        raise ValueError("cut off")
    return bytes(whole)
