"""The one module of the kit that opens connections: one request, one answer, within limits.

Plain HTTP to whatever host the operator named, HTTPS with the system's certificates. No redirect is
followed, no proxy used, and of an answer no more than ``ANSWER_BYTES_MAX`` is read. The guarded door
(``kernel.egress``) is for addresses that somebody else says; this one stands on the command line.
"""

from __future__ import annotations

import json
import secrets
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection  # noqa: TID251 - the named exception
from typing import Any
from urllib.parse import urlsplit

from tutela.detect.service.conformance.shapes.contract import Misbehaved, NotLetIn, Reply, Upload
from tutela.kernel.errors import Invalid, Unavailable

#: Bytes of an answer that are read; matchers answer in a few hundred.
ANSWER_BYTES_MAX = 4 << 20
#: Seconds for a connection and for each read. A film aside, hashing takes well under a second.
TIMEOUT_SECONDS = 30.0
#: "Busy" answers that are waited for and asked again, and the longest wait in seconds each (RFC 9110 10.2.3).
BUSY_TRIES, BUSY_SECONDS_MAX = 8, 10.0
#: Seconds to wait where a busy answer does not say how long in digits (our own).
BUSY_SECONDS = 1.0
#: Statuses that mean "later": Too Many Requests (RFC 6585, 4), Service Unavailable (RFC 9110, 15.6.4).
TOO_MANY = 429
BUSY = (TOO_MANY, 503)
#: Unauthorized, Forbidden (RFC 9110, 15.5.2 and 15.5.4).
NOT_LET_IN = (401, 403)
_SECONDS_DIGITS_MAX = 9
_SCHEMES = ("http", "https")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request: method, path below the wire's own, headers, body, and a length that may be a lie."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    declared_bytes: int | None = None


class Wire:
    """A matcher's address. Safe to share between threads: each request has a connection of its own."""

    def __init__(
        self,
        url: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """``url`` is scheme, host, port and the path that all requests begin with. Raises Invalid."""
        self._secure, self._host, self._port, self.path = _parse(url)
        self._timeout_seconds = timeout_seconds
        self._pause = pause
        self._tls = ssl.create_default_context() if self._secure else None

    @property
    def host(self) -> str:
        """Scheme, host and port: what a sheet may say. The path may hold a token."""
        name = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._secure else 'http'}://{name}:{self._port}"

    def send(self, request: Request) -> Reply:
        """The answer, after waiting where the matcher asked to. Raises Unavailable when none comes."""
        reply = self._send_once(request)
        for _ in range(BUSY_TRIES):
            seconds = _retry_after_seconds(reply)
            if seconds is None:
                break
            self._pause(seconds)
            reply = self._send_once(request)
        return reply

    def _send_once(self, request: Request) -> Reply:
        connection = self._connection()
        try:
            return self._exchange(connection, request)
        except (OSError, HTTPException) as error:
            raise Unavailable(f"{self.host} gave no answer ({type(error).__name__})") from error
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        if self._tls is None:
            return HTTPConnection(self._host, self._port, timeout=self._timeout_seconds)
        return HTTPSConnection(self._host, self._port, timeout=self._timeout_seconds, context=self._tls)

    def _exchange(self, connection: HTTPConnection, request: Request) -> Reply:
        connection.putrequest(request.method, self.path + request.path)
        length = len(request.body) if request.declared_bytes is None else request.declared_bytes
        for name, value in {**request.headers, "Content-Length": str(length), "Connection": "close"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            connection.send(request.body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent: the answer says why
        response = connection.getresponse()
        body = response.read(ANSWER_BYTES_MAX)
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(status=response.status, headers=headers, body=body)


def parsed(reply: Reply, *statuses: int) -> Any:
    """The JSON value of a reply with one of ``statuses`` (200 by default). Raises Misbehaved, NotLetIn."""
    if reply.status in NOT_LET_IN:
        raise NotLetIn(f"status {reply.status}")
    if reply.status not in (statuses or (200,)):
        raise Misbehaved(f"status {reply.status}")
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise Misbehaved(f"status {reply.status} with an answer that is not JSON") from error


def multipart(field_name: str, upload: Upload) -> tuple[str, bytes]:
    """Media type and body of a form with one file (RFC 7578)."""
    boundary = f"tutela-{secrets.token_hex(16)}"
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{field_name}"; filename="file"\r\n'
        f"Content-Type: {upload.media_type}\r\n\r\n"
    )
    body = head.encode() + upload.data + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def _parse(url: str) -> tuple[bool, str, int, str]:
    """Secure or not, host, port and path without its last slash. Raises Invalid."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Invalid("is no URL such as http://127.0.0.1:8702", field="URL") from error
    if parts.scheme not in _SCHEMES or not parts.hostname or not url.isascii() or not url.isprintable():
        raise Invalid("is no URL such as http://127.0.0.1:8702", field="URL")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise Invalid("has a user, a query or a fragment; give a token with --token", field="URL")
    secure = parts.scheme == "https"
    return secure, parts.hostname, port or (443 if secure else 80), parts.path.rstrip("/")


def _retry_after_seconds(reply: Reply) -> float | None:
    """Seconds to wait before asking again, or None when the answer is final.

    ``Retry-After`` may be left out of a 429 and may be a date (RFC 6585, 4; RFC 9110, 10.2.3): either is
    asked again after a second. A 503 without it says nothing about later.
    """
    after = reply.headers.get("retry-after", "")
    if reply.status not in BUSY or (reply.status != TOO_MANY and not after):
        return None
    known = after.isascii() and after.isdecimal() and len(after) <= _SECONDS_DIGITS_MAX
    return min(float(after), BUSY_SECONDS_MAX) if known else BUSY_SECONDS
