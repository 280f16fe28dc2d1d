"""A connected socket with a deadline on each step and a sum of bytes that it takes; it knows what it sent.

``http.client`` and ``smtplib`` speak over it: both ask a socket for ``makefile``, ``sendall`` and ``close``.
"""

from __future__ import annotations

import io
import socket
from typing import Any

from tutela.kernel.egress.connecting import Deadline

#: Bytes of one write, so that the deadline is looked at between two.
WRITE_BYTES = 16_384


class LimitedSocket:
    """What a client of the standard library needs of a socket. Closing is left to whoever opened it."""

    def __init__(self, opened: socket.socket, deadline: Deadline, *, received_bytes_max: int) -> None:
        self.deadline = deadline
        #: Bytes of the last ``sendall`` that were not handed to the machine's network.
        self.unsent_bytes = 0
        self._socket = opened
        self._received_bytes_max = self._left_bytes = received_bytes_max

    def allow(self, deadline: Deadline) -> None:
        """From here on a new exchange, with a deadline and a sum of bytes of its own."""
        self.deadline, self._left_bytes = deadline, self._received_bytes_max

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The stream that the answer is read from."""
        return io.BufferedReader(_Stream(self))

    def receive_into(self, buffer: Any) -> int:
        """Bytes received into ``buffer``. Raises TimeoutError after the deadline, OSError past the sum."""
        self._socket.settimeout(self.deadline.left_seconds())
        count = self._socket.recv_into(buffer)
        self._left_bytes -= count
        if self._left_bytes < 0:
            raise OSError("more came back than is taken")
        return count

    def sendall(self, untrusted: bytes) -> None:
        """Sends all bytes before the deadline. Raises OSError, and ``unsent_bytes`` says how many stayed."""
        waiting = memoryview(untrusted)
        self.unsent_bytes = len(waiting)
        while waiting:
            self._socket.settimeout(self.deadline.left_seconds())
            waiting = waiting[self._socket.send(waiting[:WRITE_BYTES]) :]
            self.unsent_bytes = len(waiting)

    def close(self) -> None:
        """Nothing: clients close before everything is read; whoever opened the socket closes it."""


class _Stream(io.RawIOBase):
    """The receiving side as a stream."""

    def __init__(self, limited: LimitedSocket) -> None:
        self._limited = limited

    def readable(self) -> bool:
        """True: it is a stream to read from."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Bytes received into ``buffer``."""
        return self._limited.receive_into(buffer)
