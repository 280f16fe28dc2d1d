"""Answers that pass piece by piece, in bounded memory.

mitmproxy sends the header fields before it asks for the first piece. So what turns out to be a picture then
can only be broken off; whatever fits into memory is therefore kept together instead (``planning``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mitmproxy.http import Response

from tutela.prevent.guard.carriers import finding
from tutela.prevent.guard.carriers.kinds import HEAD_BYTES, guessed_page, kind_of
from tutela.prevent.guard.proxy.decoding import Chain

#: Bytes of one event of a stream of events. A page's updates are far smaller.
EVENT_BYTES_MAX: Final = 1024 * 1024
#: Bytes of events, without their encoding, that one piece of such a stream (up to 64 KiB) may stand for (our
#: own: some 64 times as many; all of it is in memory, and is looked through, at once).
UNPACKED_BYTES_MAX: Final = 4 * EVENT_BYTES_MAX
#: Bytes that go on at a time where a body was kept together up to its limit before it was streamed.
PART_BYTES: Final = 64 * 1024
#: Bytes, as they come, that are withheld until it is known what they are (our own: a block of zstd, which
#: gives nothing before its end, has up to 128 KiB).
WITHHELD_BYTES_MAX: Final = 512 * 1024
#: Kinds that a browser draws.
_DRAWN: Final = frozenset({"picture", "vector", "film", "segment", "sealed"})

Piecewise = Callable[[bytes], list[bytes]]
Counted = Callable[[], None]


class Instead:
    """Sends ``content`` once and drops every piece that comes."""

    def __init__(self, content: bytes) -> None:
        self._left = [content]

    def __call__(self, untrusted_piece: bytes) -> list[bytes]:
        """``content`` for the first piece, nothing for all others."""
        left, self._left = self._left, []
        return left


class Watched:
    """Withholds the start until it is known what it is; a picture or film is withheld to its end.

    A piece of a stream is one too: its start alone does not tell whether it is a film. So is a page, unless
    it is an ``attachment``, which browsers keep as a file.
    """

    def __init__(
        self, content_type: str, content_encoding: str, *, held: Counted, attachment: bool = False
    ) -> None:
        self._type, self._chain, self._held = content_type, Chain(content_encoding), held
        self._attachment = attachment
        self._withheld, self._head = bytearray(), b""
        self._told = self.broken = False

    def __call__(self, untrusted_piece: bytes) -> list[bytes]:
        """What goes on after one more piece; an empty one is the end."""
        if not self._told:
            self._withheld += untrusted_piece
            try:
                self._told = self._tells(untrusted_piece)
            except ValueError:
                self._told = self.broken = True
            if not self._told:
                return []
            if self.broken:
                self._held()
            untrusted_piece, self._withheld = bytes(self._withheld), bytearray()
        return [] if self.broken else _in_parts(untrusted_piece)

    def _tells(self, piece: bytes) -> bool:
        """Whether ``broken`` is known after this piece. Raises ValueError where it never will be.

        An encoding may take many bytes before it gives the first one: its own header, a whole block.
        """
        for one in self._chain.feed(piece[:WITHHELD_BYTES_MAX]):
            self._head += one[:HEAD_BYTES]
            if len(self._head) >= HEAD_BYTES:
                break
        else:
            if piece and len(self._withheld) < WITHHELD_BYTES_MAX:
                return False
            if piece or not self._chain.finished:
                raise ValueError("it cannot be told what this is")
        self.broken = self._is_drawn(self._head[:HEAD_BYTES])
        return True

    def _is_drawn(self, head: bytes) -> bool:
        page = not self._attachment and guessed_page(self._type, head)
        return page or kind_of(self._type, head) in _DRAWN


def _in_parts(piece: bytes) -> list[bytes]:
    """The same bytes in parts: mitmproxy copies what it sends several times, each part at a time."""
    return [piece[at : at + PART_BYTES] for at in range(0, len(piece), PART_BYTES)]


class Events:
    """Passes a stream of events on, each as soon as it is whole, with a blank for every picture in it.

    A ruling cannot be waited for here, so none is asked.
    """

    def __init__(self, content_encoding: str, *, segments_pass: bool, held: Counted) -> None:
        self._chain, self._segments_pass, self._held = Chain(content_encoding), segments_pass, held
        self._left, self._broken = bytearray(), False

    def __call__(self, untrusted_piece: bytes) -> list[bytes]:
        """The events that are whole after one more piece; an empty one is the end."""
        if self._broken:
            return []
        try:
            unpacked = self._unpacked(untrusted_piece)
            return [one for one in [self._mended(self._whole(unpacked, last=not untrusted_piece))] if one]
        except ValueError:
            self._broken = True
            self._held()
            return []

    def _unpacked(self, piece: bytes) -> bytes:
        """What the piece adds without its encoding. Raises ValueError for more than there is room for."""
        unpacked = bytearray()
        for one in self._chain.feed(piece):
            unpacked += one
            if len(unpacked) > UNPACKED_BYTES_MAX:
                raise ValueError("events larger than are kept together")
        return bytes(unpacked)

    def _whole(self, unpacked: bytes, *, last: bool) -> bytes:
        """The events that are whole with what was added. Raises ValueError for one without an end.

        What was left before has no end in it, and is not searched again: pieces may have a byte each.
        """
        since = max(0, len(self._left) - max(map(len, _ENDS)) + 1)
        self._left += unpacked
        found = ((self._left.rfind(one, since), len(one)) for one in _ENDS)
        ends = (at + length for at, length in found if at >= 0)
        end = len(self._left) if last else max(ends, default=0)
        whole = bytes(self._left[:end])
        del self._left[:end]
        if len(self._left) > EVENT_BYTES_MAX:
            raise ValueError("an event larger than is kept together")
        return whole

    def _mended(self, whole: bytes) -> bytes:
        stopped = finding.stopped(finding.find(whole), lambda _: False, segments_pass=self._segments_pass)
        for _ in stopped:
            self._held()
        return finding.mended(whole, stopped)


#: A blank line ends an event (WHATWG HTML, server-sent events).
_ENDS: Final = (b"\n\n", b"\r\n\r\n", b"\r\r")


class Bounded(Response):
    """An answer that is kept together up to a limit: ``bytes_max``, or 0 for the one that mitmproxy has.
    Beyond it mitmproxy sets ``stream``, and ``beyond`` says what passes from there on.
    """

    beyond: Callable[[Response], Piecewise]
    bytes_max = 0
    _streamed: Piecewise | bool = False

    @classmethod
    def of(
        cls, response: Response, beyond: Callable[[Response], Piecewise], *, bytes_max: int = 0
    ) -> Bounded:
        """The same answer, sharing header fields and data with ``response``."""
        bounded = cls.__new__(cls)
        bounded.data = response.data
        bounded.beyond, bounded.bytes_max = beyond, bytes_max
        return bounded

    @property
    def stream(self) -> Any:
        """What mitmproxy asks."""
        return self._streamed

    @stream.setter
    def stream(self, wanted: Any) -> None:
        self._streamed = self.beyond(self) if wanted else False
