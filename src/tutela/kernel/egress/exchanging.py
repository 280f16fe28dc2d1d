"""One GET over one connection: what is sent is the same for every host, what comes back is bounded."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpcore2

from tutela.kernel.egress.connecting import Deadline
from tutela.kernel.egress.guarding import Way
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import ANY_TYPE
from tutela.kernel.egress.streaming import Budget, PinnedBackend
from tutela.kernel.egress.urls import Url

#: Bytes on the wire for one byte of the body's limit, for chunk framing, and some for a small body.
FRAMING_FACTOR = 2
FRAMING_BYTES = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The head of an answer, and its body as it comes off the wire.

    Header names are lower case; lines of one name are joined by a comma (RFC 9110 section 5.3).
    """

    status: int
    address: str = field(repr=False)
    untrusted_headers: Mapping[str, str] = field(repr=False)
    untrusted_chunks: Iterable[bytes] = field(repr=False)
    budget: Budget


def told_referrer(url: Url, referrer: Url | None) -> str:
    """What is said at ``url`` about the page that led there, or an empty text.

    A page met by TLS is not named to a host without (Referrer Policy, no-referrer-when-downgrade), nor an
    onion page to any other host.
    """
    if referrer is None or (referrer.encrypted and not url.encrypted):
        return ""
    return "" if referrer.is_onion and referrer.name != url.name else referrer.canonical


@contextmanager
def asked(
    way: Way,
    settings: EgressSettings,
    context: ssl.SSLContext,
    deadline: Deadline,
    *,
    accept: str = ANY_TYPE,
    referrer: Url | None = None,
) -> Iterator[Answer]:
    """The answer to one GET along ``way``; the connection is closed at the end of the block.

    Raises StoppedError, in the block too while the body is read.
    """
    budget = Budget(deadline, read_seconds=settings.read_seconds, head_bytes_max=settings.header_bytes_max)
    backend = PinnedBackend(way, budget, connect_seconds=settings.connect_seconds)
    connection = httpcore2.HTTPConnection(
        origin=httpcore2.Origin(way.url.scheme.encode(), way.url.name.encode(), way.url.port),
        ssl_context=context,
        network_backend=backend,
    )
    try:
        with _protocol(budget):
            response = connection.handle_request(_request(way, settings.user_agent, accept, referrer))
            headers = _headers(response, settings.headers_max)
            yield Answer(
                status=response.status,
                address=backend.met,
                untrusted_headers=headers,
                untrusted_chunks=response.iter_stream(),
                budget=budget,
            )
    finally:
        connection.close()


def body_of(answer: Answer, body_bytes_max: int) -> Iterable[bytes]:
    """The chunks of the body. Raises StoppedError ``too_large`` where the head says so already."""
    length = answer.untrusted_headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > body_bytes_max:
        raise StoppedError("too_large")
    answer.budget.body(FRAMING_FACTOR * body_bytes_max + FRAMING_BYTES)
    return answer.untrusted_chunks


@contextmanager
def _protocol(budget: Budget) -> Iterator[None]:
    """What HTTP does not allow, in our words: the end came too early, or this is no HTTP."""
    try:
        yield
    except httpcore2.ProtocolError as error:
        raise StoppedError("cut_short" if budget.ended else "answer_malformed") from error


def _request(way: Way, user_agent: str, accept: str, referrer: Url | None) -> httpcore2.Request:
    """Nothing tells one fetch from another but address, type and the page that led there: no cookie."""
    url, said = way.url, told_referrer(way.url, referrer)
    return httpcore2.Request(
        "GET",
        httpcore2.URL(scheme=url.scheme, host=url.name, port=url.port, target=url.target),
        headers=[
            ("Host", url.authority),
            ("User-Agent", user_agent),
            ("Accept", accept),
            *([("Referer", said)] if said else []),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
        ],
    )


def _headers(response: httpcore2.Response, headers_max: int) -> dict[str, str]:
    if len(response.headers) > headers_max:
        raise StoppedError("headers_too_large")
    headers: dict[str, str] = {}
    for name, value in response.headers:
        key, text = name.decode("ascii").lower(), _text(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _text(untrusted_value: bytes) -> str:
    try:
        return untrusted_value.decode("utf-8")
    except UnicodeDecodeError:
        return untrusted_value.decode("latin-1")
