"""A body unpacked piece by piece, within its limits: a small answer must not become a large memory.

Asked for is gzip alone, so gzip is what is unpacked (RFC 9110 section 8.4.1.3); any other packing is said.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from tutela.kernel.egress.reasons import StoppedError

#: Bytes that one step unpacks at most.
PIECE_BYTES = 65_536
#: Bytes out for one byte in, counted from the first MiB on (threat model ST-04: 100:1).
RATIO_MAX = 100
RATIO_FREE_BYTES = 1 << 20
#: zlib's word for a gzip wrapper (zlib.h, inflateInit2).
_GZIP = 16 + zlib.MAX_WBITS


def unpacked(untrusted_chunks: Iterable[bytes], encoding: str, *, body_bytes_max: int) -> Iterator[bytes]:
    """The body in pieces, not empty. ``encoding`` is the value of ``Content-Encoding``.

    Raises StoppedError ``too_large`` past ``body_bytes_max``, ``expands_too_much`` past the ratio,
    ``encoding_unknown``, and ``encoding_broken`` for packing that is wrong or ends too early.
    """
    word = encoding.strip().lower()
    if word in ("", "identity"):
        pieces: Iterable[bytes] = untrusted_chunks
    elif word in ("gzip", "x-gzip"):
        pieces = _inflated(untrusted_chunks)
    else:
        raise StoppedError("encoding_unknown")
    total_bytes = 0
    for piece in pieces:
        total_bytes += len(piece)
        if total_bytes > body_bytes_max:
            raise StoppedError("too_large")
        if piece:
            yield piece


def _inflated(untrusted_chunks: Iterable[bytes]) -> Iterator[bytes]:
    inflater = _Inflater()
    in_bytes = out_bytes = 0
    for chunk in untrusted_chunks:
        in_bytes += len(chunk)
        for piece in inflater.pieces(chunk):
            out_bytes += len(piece)
            if out_bytes > RATIO_FREE_BYTES and out_bytes > RATIO_MAX * in_bytes:
                raise StoppedError("expands_too_much")
            yield piece
    if not inflater.at_end:
        raise StoppedError("encoding_broken")


class _Inflater:
    """Unpacks gzip, several members one after the other as RFC 1952 section 2.2 has them."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)

    @property
    def at_end(self) -> bool:
        """True when the last member is complete."""
        return self._member.eof

    def pieces(self, untrusted_chunk: bytes) -> Iterator[bytes]:
        """What the chunk unpacks to, in pieces of at most ``PIECE_BYTES``."""
        waiting = untrusted_chunk
        while True:
            if self._member.eof and waiting:
                self._member = zlib.decompressobj(_GZIP)
            piece = self._step(waiting)
            yield piece
            waiting = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not waiting and (self._member.eof or len(piece) < PIECE_BYTES):
                return

    def _step(self, waiting: bytes) -> bytes:
        try:
            return self._member.decompress(waiting, PIECE_BYTES)
        except zlib.error as error:
            raise StoppedError("encoding_broken") from error
