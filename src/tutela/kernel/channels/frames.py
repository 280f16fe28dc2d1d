"""One message on a Unix socket: four bytes of length, JSON, and with the first byte the descriptors."""

from __future__ import annotations

import json
import os
import socket
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from tutela.kernel.clock import SystemClock

#: Bytes of the length before a message, most significant first.
_LENGTH_BYTES = 4
#: Bytes of the longest message: an address and the headers of an answer have far fewer (our own).
MESSAGE_BYTES_MAX = 1 << 20
#: Descriptors of one message: the one that the bytes go to.
DESCRIPTORS_MAX = 1

#: A descriptor on the wire: a C integer (unix(7)).
_INT = array("i")

#: What a message holds.
Message = Mapping[str, Any]


def send(connection: socket.socket, message: Message, descriptors: Sequence[int] = ()) -> None:
    """Return once the whole message is on its way. Raises ValueError for one too long, OSError."""
    data = json.dumps(message, separators=(",", ":")).encode("utf-8")
    if len(data) > MESSAGE_BYTES_MAX or len(descriptors) > DESCRIPTORS_MAX:
        raise ValueError(f"a message has at most {MESSAGE_BYTES_MAX} bytes and {DESCRIPTORS_MAX} descriptor")
    framed = len(data).to_bytes(_LENGTH_BYTES, "big") + data
    sent = socket.send_fds(connection, [framed], list(descriptors)) if descriptors else 0
    if sent < len(framed):  # to send nothing to who has answered already would be an error
        connection.sendall(framed[sent:])


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next message and its descriptors, which are the caller's to close.

    The time-out of the connection is that of the whole message. Raises EOFError where the other side ended,
    ValueError for what is no message, OSError.
    """
    arriving = _Arriving(connection)
    try:
        length = int.from_bytes(arriving.exactly(_LENGTH_BYTES), "big")
        if length > MESSAGE_BYTES_MAX:
            raise ValueError("a message is longer than is taken")
        return _parsed(arriving.exactly(length)), arriving.descriptors
    except BaseException:
        close_all(arriving.descriptors)
        raise


def close_all(descriptors: Sequence[int]) -> None:
    """Closes them."""
    for one in descriptors:
        os.close(one)


def _parsed(untrusted_data: bytes) -> dict[str, Any]:
    try:
        untrusted: Any = json.loads(untrusted_data, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("a message is nested deeper than any of ours") from error
    if not isinstance(untrusted, dict):
        raise ValueError("a message is an object")
    return untrusted


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


class _Arriving:
    """What comes over a connection, and until when all of it has to be there."""

    def __init__(self, connection: socket.socket) -> None:
        self.descriptors: list[int] = []
        self._connection, self._clock = connection, SystemClock()
        limit = connection.gettimeout()
        self._until = None if limit is None else self._clock.monotonic_seconds() + limit

    def exactly(self, count: int) -> bytes:
        """The next bytes. Raises EOFError, TimeoutError, ValueError for too many descriptors."""
        data = bytearray()
        while len(data) < count:
            self._wait_no_longer_than_allowed()
            # Not socket.recv_fds: it does not pass the flag on, and a program started now would inherit.
            piece, beside, _, _ = self._connection.recvmsg(
                count - len(data), socket.CMSG_LEN(DESCRIPTORS_MAX * _INT.itemsize), socket.MSG_CMSG_CLOEXEC
            )
            self._take(beside)
            if not piece:
                raise EOFError("the other side ended")
            data += piece
        return bytes(data)

    def _take(self, beside: Sequence[tuple[int, int, bytes]]) -> None:
        for level, kind, untrusted in beside:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                self.descriptors += array("i", untrusted[: len(untrusted) - len(untrusted) % _INT.itemsize])
        if len(self.descriptors) > DESCRIPTORS_MAX:
            raise ValueError("a message comes with more descriptors than are taken")

    def _wait_no_longer_than_allowed(self) -> None:
        if self._until is None:
            return
        left = self._until - self._clock.monotonic_seconds()
        if left <= 0:
            raise TimeoutError("a message did not come whole in time")
        self._connection.settimeout(left)
