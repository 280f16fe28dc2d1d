"""What httpcore2 is given instead of a network: a connection that the guard chose, with its budgets.

httpcore2 speaks HTTP over a ``NetworkBackend``, a public interface of it. This one opens nothing but the
addresses of one ``Way`` and asks no name server, whatever name stands in the request; the name is used for
SNI, certificate and ``Host`` alone.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore2

from tutela.kernel.egress import socks
from tutela.kernel.egress.connecting import Deadline, connected, minding_ends
from tutela.kernel.egress.guarding import Way
from tutela.kernel.egress.proxies import SocksProxy
from tutela.kernel.egress.reasons import Reason, StoppedError


class Budget:
    """What one exchange may still take: time, and bytes up to the next stage of the answer."""

    def __init__(self, deadline: Deadline, *, read_seconds: float, head_bytes_max: int) -> None:
        self.deadline = deadline
        self.received_bytes = 0
        self.ended = False
        #: SHA-256 of the certificate that the host proved itself with, in hex; empty without TLS.
        self.certificate_sha256 = ""
        self._read_seconds = read_seconds
        self._left_bytes = head_bytes_max
        self._reason: Reason = "headers_too_large"

    def body(self, bytes_max: int) -> None:
        """From here on the body comes, with ``bytes_max`` bytes on the wire."""
        self._left_bytes, self._reason = bytes_max, "too_large"

    def seconds(self) -> float:
        """Seconds that the next step may wait. Raises StoppedError after the deadline."""
        try:
            return self.deadline.left_seconds(self._read_seconds)
        except TimeoutError as error:
            raise StoppedError("too_slow") from error

    def bytes_wanted(self, bytes_max: int) -> int:
        """Bytes that may be read now, at least 1. Raises StoppedError when the budget is spent."""
        if self._left_bytes <= 0:
            raise StoppedError(self._reason)
        return min(bytes_max, self._left_bytes)

    def took(self, count: int) -> None:
        """So many bytes came; none means that the other side has ended."""
        self.received_bytes += count
        self._left_bytes -= count
        self.ended = not count


class BudgetStream(httpcore2.NetworkStream):
    """A connected socket whose every step keeps the budget. Time-outs of the caller are not asked for."""

    def __init__(self, connection: socket.socket, budget: Budget, *, handshake_seconds: float) -> None:
        self._connection, self._budget = connection, budget
        self._handshake_seconds = handshake_seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes, none at the end. Raises StoppedError past a budget or when the line breaks."""
        wanted = self._budget.bytes_wanted(max_bytes)
        self._connection.settimeout(self._budget.seconds())
        try:
            untrusted = self._connection.recv(wanted)
        except TimeoutError as error:
            raise StoppedError("too_slow") from error
        except OSError as error:
            raise StoppedError("cut_short") from error
        self._budget.took(len(untrusted))
        return untrusted

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends all of it. Raises httpcore2.WriteError when the line breaks: an answer may still come."""
        waiting = memoryview(buffer)
        while waiting:
            self._connection.settimeout(self._budget.seconds())
            try:
                waiting = waiting[self._connection.send(waiting) :]
            except TimeoutError as error:
                raise StoppedError("too_slow") from error
            except OSError as error:
                raise httpcore2.WriteError("the connection broke") from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The stream inside TLS. Raises StoppedError ``tls_failed`` for a name that is not proven.

        An end without TLS's own farewell is an error later on: it may be somebody's scissors.
        """
        self._connection.settimeout(min(self._handshake_seconds, self._budget.seconds()))
        try:
            secured = minding_ends(ssl_context).wrap_socket(
                self._connection, server_hostname=server_hostname, suppress_ragged_eofs=False
            )
        except (OSError, ValueError) as error:
            self._connection.close()
            raise StoppedError("tls_failed") from error
        certificate = secured.getpeercert(binary_form=True) or b""
        self._budget.certificate_sha256 = hashlib.sha256(certificate).hexdigest()
        return BudgetStream(secured, self._budget, handshake_seconds=self._handshake_seconds)

    def close(self) -> None:
        """Closes the socket."""
        self._connection.close()

    def get_extra_info(self, info: str) -> Any:
        """The TLS object or the socket, where httpcore2 asks for them, else None."""
        if info == "ssl_object" and isinstance(self._connection, ssl.SSLSocket):
            return self._connection
        return None


class PinnedBackend(httpcore2.NetworkBackend):
    """Opens connections of one ``Way`` only. ``met`` is the address that was, empty behind a proxy."""

    def __init__(self, way: Way, budget: Budget, *, connect_seconds: float) -> None:
        self._way, self._budget, self._connect_seconds = way, budget, connect_seconds
        self.met = ""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A stream to an address of the way, or through its proxy. Raises StoppedError when there is none.

        ``host`` and ``port`` are not where it leads: the guard has said that.
        """
        opened, self.met = _opened(self._way, self._budget, self._connect_seconds)
        return BudgetStream(opened, self._budget, handshake_seconds=self._connect_seconds)


def opened_way(way: Way, budget: Budget, *, connect_seconds: float) -> socket.socket:
    """A socket to an address of the way, or through its proxy. Raises StoppedError when there is none."""
    return _opened(way, budget, connect_seconds)[0]


def _opened(way: Way, budget: Budget, connect_seconds: float) -> tuple[socket.socket, str]:
    """The socket, and the address that was met; an empty one behind a proxy."""
    if way.proxy is not None:
        return _through_proxy(way, way.proxy, budget, connect_seconds), ""
    try:
        return connected(way.addresses, way.url.port, budget.deadline, connect_seconds=connect_seconds)
    except OSError as error:
        budget.seconds()
        raise StoppedError("connect_failed") from error


def _through_proxy(way: Way, proxy: SocksProxy, budget: Budget, connect_seconds: float) -> socket.socket:
    try:
        opened, _ = connected((proxy.address,), proxy.port, budget.deadline, connect_seconds=connect_seconds)
    except OSError as error:
        raise StoppedError("proxy_failed") from error
    # The judged literal, else the name, which the proxy resolves.
    target = way.addresses[0] if way.addresses else way.url.name
    try:
        socks.greet(opened, target, way.url.port, budget.deadline)
    except BaseException as error:
        opened.close()
        if isinstance(error, OSError):
            raise StoppedError("proxy_failed") from error
        raise
    return opened
