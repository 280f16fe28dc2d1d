"""SOCKS5 with the name resolved at the far end (RFC 1928), for onion services: our name server hears nothing.

No log-in is offered. Each reply is read to its last byte and not beyond, since what follows is the host's.
"""

from __future__ import annotations

import ipaddress
import socket
import struct

from tutela.kernel.egress.connecting import Deadline
from tutela.kernel.egress.reasons import StoppedError

#: Bytes of RFC 1928: version, "no authentication", the command CONNECT, the reply "succeeded".
VERSION, NO_LOGIN, CONNECT, SUCCEEDED = 5, 0, 1, 0
#: Address types of RFC 1928 section 5.
IPV4, NAME, IPV6 = 1, 3, 4
#: Longest name that the one length byte of a request can carry.
NAME_BYTES_MAX = 255


def greet(connected: socket.socket, host: str, port: int, deadline: Deadline) -> None:
    """Returns when the proxy has connected to ``host``. Raises StoppedError or OSError when it does not."""
    connected.settimeout(deadline.left_seconds())
    connected.sendall(bytes((VERSION, 1, NO_LOGIN)))
    if _exactly(connected, 2, deadline) != bytes((VERSION, NO_LOGIN)):
        raise StoppedError("proxy_failed")
    connected.sendall(bytes((VERSION, CONNECT, 0)) + _address(host) + struct.pack("!H", port))
    version, reply, _, kind = _exactly(connected, 4, deadline)
    if version != VERSION or reply != SUCCEEDED:
        raise StoppedError("proxy_failed")
    _exactly(connected, _bound_bytes(connected, kind, deadline) + 2, deadline)


def _address(host: str) -> bytes:
    try:
        packed = ipaddress.ip_address(host).packed
    except ValueError:
        name = host.encode("ascii")
        if len(name) > NAME_BYTES_MAX:
            raise StoppedError("proxy_failed") from None
        return bytes((NAME, len(name))) + name
    return bytes((IPV4 if len(packed) == 4 else IPV6,)) + packed


def _bound_bytes(connected: socket.socket, kind: int, deadline: Deadline) -> int:
    """Bytes of the address in the reply; nobody needs it."""
    if kind == NAME:
        return _exactly(connected, 1, deadline)[0]
    if kind not in (IPV4, IPV6):
        raise StoppedError("proxy_failed")
    return 4 if kind == IPV4 else 16


def _exactly(connected: socket.socket, count: int, deadline: Deadline) -> bytes:
    got = b""
    while len(got) < count:
        connected.settimeout(deadline.left_seconds())
        piece = connected.recv(count - len(got))
        if not piece:
            raise StoppedError("proxy_failed")
        got += piece
    return got
