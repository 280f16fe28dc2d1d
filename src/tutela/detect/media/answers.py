"""The worker's end of the wire: frames collected and written in as few calls as possible."""

from __future__ import annotations

import os
import socket
import struct
from typing import Final

from tutela.detect.media import protocol
from tutela.detect.media.shapes import MediaFacts, ShownForm

#: Frames are written together up to this size (two shown forms and the ends around them).
_TOGETHER_BYTES: Final = 64 << 10
_END: Final = struct.Struct("<I")


class Answers:
    """Sends frames over a connected socket. Not thread-safe; a worker has one thread."""

    def __init__(self, fd: int, channel: socket.socket | None = None) -> None:
        self._fd = fd
        self._waiting = bytearray()
        #: The socket object itself, for a module that receives more descriptors.
        self.channel = channel

    def receive(self, count: int) -> bytes:
        """Exactly ``count`` bytes from the parent, which writes them while a request is served."""
        data = b""
        while len(data) < count:
            piece = os.read(self._fd, count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def send(self, frame_type: int, payload: bytes) -> None:
        """Queues one frame; writes when enough has gathered."""
        self._waiting += protocol.HEAD.pack(frame_type, len(payload))
        self._waiting += payload
        if len(self._waiting) >= _TOGETHER_BYTES:
            self.flush()

    def flush(self) -> None:
        """Writes everything that is queued."""
        with memoryview(self._waiting) as whole:
            rest = whole
            while rest:
                rest = rest[os.write(self._fd, rest) :]
            rest.release()
        self._waiting.clear()

    def form(self, form: ShownForm) -> None:
        """Queues one shown form."""
        self.send(protocol.FORM, protocol.render_form(form))

    def digests(self, digests: protocol.Digests) -> None:
        """Queues the digests."""
        self.send(protocol.DIGESTS, protocol.render_digests(digests))

    def facts(self, facts: MediaFacts) -> None:
        """Queues the facts of the file."""
        self.send(protocol.FACTS, protocol.render_facts(facts))

    def trouble(self, kind: str, code: str) -> None:
        """Queues a trouble by the number of its code."""
        self.send(protocol.TROUBLE, protocol.render_trouble(kind, code))

    def end(self, peak_kib: int, *, more: bool = False) -> None:
        """Ends the answer to one request; ``peak_kib`` is the worker's own peak memory.

        With ``more`` it may travel together with the next answer.
        """
        self.send(protocol.END, _END.pack(peak_kib))
        if not more:
            self.flush()
