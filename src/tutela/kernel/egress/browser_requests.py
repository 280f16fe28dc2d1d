"""What a browser asks its proxy for, read strictly: a tunnel to an https host, or one plain GET.

Everything else is refused: a page in a browser must not post, and a request that two programs could read in
two ways is not passed on (RFC 9112 sections 3.2.2, 3.2.3 and 11.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import h11

from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.urls import Url, UrlError, parse_url

#: Bytes of the head of a request: a URL of 8,000 characters, cookies, and what browsers add (our own).
HEAD_BYTES_MAX = 32_768
#: What may be asked for in the clear. Nothing is ever sent to a host but a question.
METHODS = frozenset({b"GET", b"HEAD"})
#: Lines that belong to one connection, or tell of the proxy (RFC 9110 section 7.6.1), and those written anew.
DROPPED = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection"}
    | {b"te", b"trailer", b"transfer-encoding", b"upgrade", b"host", b"content-length"}
)
_AUTHORITY = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")


@dataclass(frozen=True, kw_only=True, slots=True)
class BrowserRequest:
    """One request. ``head`` is what the host is sent; empty for a tunnel, in which the browser speaks."""

    url: Url = field(repr=False)
    head: bytes = field(repr=False, default=b"")

    @property
    def tunnel(self) -> bool:
        """True for CONNECT."""
        return not self.head


def parse_request(untrusted_head: bytes) -> BrowserRequest:
    """The request of a head with its empty line. Raises StoppedError with the reason."""
    asked = _read(untrusted_head)
    if asked.method == b"CONNECT":
        return BrowserRequest(url=_tunnelled(asked.target))
    if asked.method not in METHODS:
        raise StoppedError("url_scheme")
    url = _url(asked.target.decode("latin-1"))
    if url.encrypted:
        raise StoppedError("url_scheme")  # https comes as a tunnel, or nobody has checked a certificate
    return BrowserRequest(url=url, head=_head(asked, url))


def _read(untrusted_head: bytes) -> h11.Request:
    reader = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES_MAX)
    try:
        reader.receive_data(untrusted_head)
        event = reader.next_event()
        following = reader.next_event() if isinstance(event, h11.Request) else None
    except h11.RemoteProtocolError as error:
        raise StoppedError("url_unreadable") from error
    if not isinstance(event, h11.Request) or not isinstance(following, h11.EndOfMessage):
        raise StoppedError("url_unreadable")  # it says that a body follows
    return event


def _tunnelled(untrusted_target: bytes) -> Url:
    """The https place of ``host:port``."""
    found = _AUTHORITY.fullmatch(untrusted_target)
    if found is None:
        raise StoppedError("url_unreadable")
    return _url(f"https://{found[1].decode('ascii')}:{found[2].decode('ascii')}/")


def _url(untrusted_url: str) -> Url:
    try:
        return parse_url(untrusted_url)
    except UrlError as error:
        raise StoppedError(error.reason) from error


def _head(asked: h11.Request, url: Url) -> bytes:
    """The head as the host gets it: origin form, the host that was judged, one answer a connection."""
    lines = [b"%s %s HTTP/1.1" % (asked.method, url.target.encode("ascii"))]
    lines.append(b"Host: " + url.authority.encode("ascii"))
    lines += [name + b": " + value for name, value in asked.headers if name not in DROPPED]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])
