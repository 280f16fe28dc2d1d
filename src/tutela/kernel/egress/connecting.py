"""A TCP connection to one of the judged addresses, and the deadline that everything on it keeps."""

from __future__ import annotations

import math
import socket
import ssl
from dataclasses import dataclass

from tutela.kernel.clock import Clock
from tutela.kernel.errors import Invalid

#: Addresses of one name that are tried before the host counts as not there.
ATTEMPTS_MAX = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A moment on the monotonic clock."""

    clock: Clock
    at_seconds: float

    def left_seconds(self, limit_seconds: float = math.inf) -> float:
        """Seconds left, more than 0 and at most the limit. Raises TimeoutError when there are none."""
        left = self.at_seconds - self.clock.monotonic_seconds()
        if left <= 0:
            raise TimeoutError("the deadline of the exchange has passed")
        return min(left, limit_seconds)


def deadline_after(clock: Clock, seconds: float) -> Deadline:
    """The moment ``seconds`` from now."""
    return Deadline(clock=clock, at_seconds=clock.monotonic_seconds() + seconds)


def connected(
    addresses: tuple[str, ...], port: int, deadline: Deadline, *, connect_seconds: float
) -> tuple[socket.socket, str]:
    """A socket to the first address that takes it, and that address. Raises OSError when none does.

    ``addresses`` are literals that the guard judged: nothing here asks a name server.
    """
    error: OSError = OSError("there is no address to connect to")
    for address in addresses[:ATTEMPTS_MAX]:
        limit_seconds = deadline.left_seconds(connect_seconds)
        try:
            return _opened(address, port, limit_seconds), address
        except OSError as refused:
            error = refused
    raise error


def _opened(address: str, port: int, timeout_seconds: float) -> socket.socket:
    opened = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.settimeout(timeout_seconds)
        opened.connect((address, port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        opened.close()
        raise
    return opened


def verified_context() -> ssl.SSLContext:
    """TLS with the system's certificates, names checked; unlike the default one it logs no session keys."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return minding_ends(context)


def context_trusting(certificates: str, *, field: str) -> ssl.SSLContext:
    """The same, which believes the authority in this file too; empty: this machine's alone.

    Raises Invalid, naming ``field``, for a file that cannot be read or holds none.
    """
    context = verified_context()
    if certificates:
        try:
            context.load_verify_locations(cafile=certificates)
        except OSError as error:
            raise Invalid("this file of certificates cannot be read", field=field) from error
    return context


def verifying(context: ssl.SSLContext) -> ssl.SSLContext:
    """The context. Raises ValueError for one that takes a host without a certificate of its name."""
    if context.verify_mode != ssl.CERT_REQUIRED or not context.check_hostname:
        raise ValueError("a connection without a verified certificate is no connection to a named host")
    return context


def minding_ends(context: ssl.SSLContext) -> ssl.SSLContext:
    """``context``, for which an end without TLS's own farewell is an error (RFC 8446 section 6.1).

    Python before 3.11.4 takes it for a whole answer: it sets OpenSSL's option to ignore such an end
    (python/cpython#95494). Debian 12 has 3.11.2.
    """
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context
