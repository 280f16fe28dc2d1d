"""The proxy through which a browser reaches the network: the guard's judgement on every single connection.

A page is not one fetch: its pictures, frames and scripts are fetched by the browser itself, from wherever the
page says. So the browser gets one way out, a proxy on loopback, which judges each host as the fetcher does
and connects to the judged address; ``browser_arguments`` takes every other way from it. The browser resolves
no name, and a tunnel leads to the host that it names and to no other one.

The proxy listens on loopback and leads to public addresses only; whoever else may log in on this machine
could use it too, which is why browser fetching has a user of its own (decisions.md section 4).
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.browser_requests import HEAD_BYTES_MAX, BrowserRequest, parse_request
from tutela.kernel.egress.connecting import Deadline, deadline_after
from tutela.kernel.egress.guarding import Guard
from tutela.kernel.egress.reasons import Reason, StoppedError
from tutela.kernel.egress.relaying import Bounds, BytesLeft, relay
from tutela.kernel.egress.streaming import Budget, opened_way
from tutela.kernel.ids import new_id
from tutela.kernel.log import get_logger

#: What a refused request is told: nothing of where it would have led.
_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_log = get_logger("kernel.egress")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxyBounds:
    """What one browser may take. Bytes count for all of its connections together; sources: our own.

    A page with its pictures is some MB; what a browser sends are questions, never a file.
    """

    connections_max: int = 64
    connect_seconds: float = 5.0
    silence_seconds: float = 20.0
    connection_seconds: float = 120.0
    received_bytes_max: int = 256 << 20
    sent_bytes_max: int = 4 << 20


class BrowserProxy:
    """A listening proxy for one browser; a context that ends with all of its connections.

    ``guard`` is that of the fetcher: what it refuses, the browser does not reach.
    """

    def __init__(
        self, guard: Guard, bounds: ProxyBounds | None = None, *, clock: Clock | None = None
    ) -> None:
        self._guard, self._bounds = guard, bounds or ProxyBounds()
        self._clock = clock or SystemClock()
        self._received = BytesLeft(self._bounds.received_bytes_max)
        self._sent = BytesLeft(self._bounds.sent_bytes_max)
        self._places = threading.BoundedSemaphore(self._bounds.connections_max)
        self._lock, self._refused = threading.Lock(), Counter[Reason]()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=self._bounds.connections_max)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def refused(self) -> Mapping[Reason, int]:
        """How often which reason ended a connection so far."""
        with self._lock:
            return dict(self._refused)

    def close(self) -> None:
        """Ends the listening and every connection. Safe to call twice."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            if self._places.acquire(blocking=False):
                threading.Thread(target=self._attend, args=(browser,), daemon=True).start()
            else:
                self._count("host_busy")
                browser.close()

    def _attend(self, browser: socket.socket) -> None:
        """One connection of the browser, from its request to its end."""
        with self._lock:
            self._open.add(browser)
        try:
            with browser:
                self._answer(browser)
        except StoppedError as stopped:
            self._count(stopped.reason)
        except OSError:
            self._count("cut_short")
        finally:
            with self._lock:
                self._open.discard(browser)
            self._places.release()

    def _answer(self, browser: socket.socket) -> None:
        deadline = deadline_after(self._clock, self._bounds.connection_seconds)
        browser.settimeout(self._bounds.silence_seconds)
        budget = Budget(deadline, read_seconds=self._bounds.silence_seconds, head_bytes_max=0)
        try:
            request = parse_request(_head_of(browser, deadline, self._bounds.silence_seconds))
            host = opened_way(
                self._guard.way(request.url), budget, connect_seconds=self._bounds.connect_seconds
            )
        except StoppedError:
            browser.sendall(_REFUSED)
            raise
        with host:
            self._begin(browser, host, request)
            relay(
                browser,
                host,
                Bounds(
                    deadline=deadline,
                    silence_seconds=self._bounds.silence_seconds,
                    received=self._received,
                    # Behind a question in the clear nothing follows: it would be a post, or another one.
                    sent=self._sent if request.tunnel else BytesLeft(0),
                ),
            )

    def _begin(self, browser: socket.socket, host: socket.socket, request: BrowserRequest) -> None:
        if request.tunnel:
            browser.sendall(_CONNECTED)
        else:
            self._sent.take(len(request.head))
            host.sendall(request.head)

    def _count(self, reason: Reason) -> None:
        with self._lock:
            self._refused[reason] += 1
        _log.info("browser_connection_ended", fetch=new_id("fet_"), reason=reason)


def browser_arguments(port: int) -> tuple[str, ...]:
    """The arguments with which Chromium has no way to the network but the proxy at ``port``.

    Loopback goes through the proxy too, where it is refused. Source: Chromium's documentation of proxies and
    its list of command line switches.
    """
    return (
        f"--proxy-server=http://127.0.0.1:{port}",
        "--proxy-bypass-list=<-loopback>",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--disable-quic",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--dns-prefetch-disable",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-domain-reliability",
        "--disable-sync",
        "--no-pings",
        "--no-first-run",
    )


def _head_of(browser: socket.socket, deadline: Deadline, silence_seconds: float) -> bytes:
    """The head of the request with its empty line; what comes behind it belongs to nobody yet.

    Raises StoppedError for a head that is too long, does not end in time, or has something behind it.
    """
    got = b""
    while not got.endswith(b"\r\n\r\n"):
        if b"\r\n\r\n" in got:
            raise StoppedError("url_unreadable")
        if len(got) >= HEAD_BYTES_MAX:
            raise StoppedError("headers_too_large")
        try:
            browser.settimeout(deadline.left_seconds(silence_seconds))
            piece = browser.recv(HEAD_BYTES_MAX - len(got))
        except TimeoutError as error:
            raise StoppedError("too_slow") from error
        if not piece:
            raise StoppedError("cut_short")
        got += piece
    return got
