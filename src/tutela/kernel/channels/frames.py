"""One message on a Unix socket: four bytes of length, JSON, and with the first byte the descriptors."""

from __future__ import annotations

import json
import os
import socket
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

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

    Raises EOFError where the other side ended, ValueError for what is no message, OSError.
    """
    descriptors: list[int] = []
    try:
        length = int.from_bytes(_exactly(connection, _LENGTH_BYTES, descriptors), "big")
        if length > MESSAGE_BYTES_MAX:
            raise ValueError("a message is longer than is taken")
        untrusted: Any = json.loads(_exactly(connection, length, descriptors))
        if not isinstance(untrusted, dict):
            raise ValueError("a message is an object")
    except BaseException:
        close_all(descriptors)
        raise
    return untrusted, descriptors


def close_all(descriptors: Sequence[int]) -> None:
    """Closes them."""
    for one in descriptors:
        os.close(one)


def _exactly(connection: socket.socket, count: int, descriptors: list[int]) -> bytes:
    data = b""
    while len(data) < count:
        # Not socket.recv_fds: it does not pass the flag on, and a program started meanwhile would inherit.
        piece, beside, _, _ = connection.recvmsg(
            count - len(data), socket.CMSG_LEN(DESCRIPTORS_MAX * _INT.itemsize), socket.MSG_CMSG_CLOEXEC
        )
        for level, kind, untrusted in beside:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors += array("i", untrusted[: len(untrusted) - len(untrusted) % _INT.itemsize])
        if not piece:
            raise EOFError("the other side ended")
        data += piece
    return data
