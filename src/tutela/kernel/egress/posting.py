"""One POST or GET to one destination over a pinned connection: no redirect, proxy or cookie, one time limit.

The name is resolved once, every answer judged, and the connection opened to the judged address with the
original name in SNI and ``Host`` (ST-01). Each read and write has what is left of one deadline, so that a
receiver which drips bytes does not hold the sender.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import client as http_client  # noqa: TID251 - this is the door: it alone opens connections
from typing import cast

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.addresses import AddressPolicy
from tutela.kernel.egress.connecting import (
    Deadline,
    connected,
    deadline_after,
    verified_context,
    verifying,
)
from tutela.kernel.egress.destinations import Destination
from tutela.kernel.egress.limited import LimitedSocket
from tutela.kernel.egress.resolving import Resolver, SystemResolver, pinned
from tutela.kernel.errors import Invalid, Unavailable

#: Seconds for one whole exchange (Standard Webhooks 1.0.0 recommends 15 to 30).
TIMEOUT_SECONDS = 20.0
#: Seconds for one connection attempt; another address may follow.
CONNECT_TIMEOUT_SECONDS = 5.0
#: Bytes of the answer's body that are kept; the rest is not read.
ANSWER_BYTES_MAX = 65_536
#: Bytes that are taken from the connection at all: body, header lines, chunk framing.
RECEIVED_BYTES_MAX = 3 * ANSWER_BYTES_MAX
#: A header's name is a token, its value visible ASCII and blanks (RFC 9110 sections 5.1 and 5.5).
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back. Header names are lower case; nothing of it has been checked.

    ``untrusted_body`` holds at most ``ANSWER_BYTES_MAX`` bytes; ``truncated`` says that there was more.
    """

    status: int
    untrusted_headers: Mapping[str, str] = field(repr=False)
    untrusted_body: bytes = field(repr=False)
    truncated: bool = False


class Poster:
    """Sends single requests to destinations that the settings name.

    ``policy`` says which addresses may be connected to beside the public ones. ``context`` replaces the
    system's certificate store. Raises ValueError for a context that does not verify.
    """

    def __init__(
        self,
        *,
        policy: AddressPolicy | None = None,
        resolver: Resolver | None = None,
        context: ssl.SSLContext | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self._policy = policy or AddressPolicy()
        self._resolver = resolver or SystemResolver()
        self._context = verifying(context or verified_context())
        self._timeout_seconds = timeout_seconds
        self._clock = clock or SystemClock()

    def post(self, destination: Destination, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to one POST, of whatever status; a redirect is an answer and is not followed.

        Raises Refused when an address may not be connected to, Invalid for header lines that HTTP does
        not allow, Unavailable when the destination does not answer properly within the time limit.
        """
        return self._asked("POST", destination, headers, body)

    def get(self, destination: Destination, headers: Mapping[str, str]) -> Answer:
        """The answer to one GET, in all else as ``post``."""
        return self._asked("GET", destination, headers, None)

    def _asked(
        self, method: str, destination: Destination, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        lines = _header_lines(headers, destination)
        addresses = pinned(destination.host, destination.policy(self._policy), self._resolver)
        deadline = deadline_after(self._clock, self._timeout_seconds)
        try:
            with _connected(destination, addresses, self._context, deadline) as connection:
                return _exchange(connection, destination, method, lines, body)
        except ssl.SSLError as error:
            raise Unavailable("no verified encryption with the destination") from error
        except (OSError, http_client.HTTPException) as error:
            raise Unavailable("the destination gave no proper answer in time") from error


class _Connection(http_client.HTTPConnection):
    """An HTTP connection whose socket is there already; it never opens one by itself."""

    auto_open = 0


@contextmanager
def _connected(
    destination: Destination, addresses: tuple[str, ...], context: ssl.SSLContext, deadline: Deadline
) -> Iterator[_Connection]:
    """A connection to the first address that takes it, closed in the end. Raises OSError when none does."""
    plain, _ = connected(addresses, destination.port, deadline, connect_seconds=CONNECT_TIMEOUT_SECONDS)
    with plain:
        plain.settimeout(deadline.left_seconds())
        with _secured(plain, destination, context) as secured:
            connection = _Connection(destination.host, destination.port)
            limited = LimitedSocket(secured, deadline, received_bytes_max=RECEIVED_BYTES_MAX)
            connection.sock = cast("socket.socket", limited)
            yield connection


def _secured(plain: socket.socket, destination: Destination, context: ssl.SSLContext) -> socket.socket:
    if not destination.encrypted:
        return plain
    return context.wrap_socket(plain, server_hostname=destination.host)


def _header_lines(headers: Mapping[str, str], destination: Destination) -> dict[str, str]:
    """The caller's headers and our own, names in lower case. Raises Invalid for what HTTP does not allow."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise Invalid("a header has a token as its name and visible ASCII as its value", field="headers")
    own = {"host": destination.authority, "connection": "close", "accept-encoding": "identity"}
    return {name.lower(): value for name, value in headers.items()} | own


def _exchange(
    connection: _Connection,
    destination: Destination,
    method: str,
    lines: Mapping[str, str],
    body: bytes | None,
) -> Answer:
    connection.request(method, destination.target, body=body, headers=lines)
    response = connection.getresponse()
    untrusted = response.read(ANSWER_BYTES_MAX + 1)
    truncated = len(untrusted) > ANSWER_BYTES_MAX
    if response.length and not truncated:
        raise http_client.IncompleteRead(untrusted, response.length)
    return Answer(
        status=response.status,
        untrusted_headers={name.lower(): value for name, value in response.getheaders()},
        untrusted_body=untrusted[:ANSWER_BYTES_MAX],
        truncated=truncated,
    )


#: What a room is given that may post: ``Poster.post``, or a fake of that shape.
Post = Callable[[Destination, Mapping[str, str], bytes], Answer]
