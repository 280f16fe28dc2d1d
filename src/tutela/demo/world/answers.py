"""One request and one answer of HTTP, as values; and the plain answers that most hosts give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote

#: Reason phrases of RFC 9110 section 15 for the statuses that the world uses.
PHRASES = {
    200: "OK", 302: "Found", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 410: "Gone", 421: "Misdirected Request", 429: "Too Many Requests",
    451: "Unavailable For Legal Reasons", 503: "Service Unavailable",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a client asked. Header names are lower case; ``host`` is without its port."""

    method: str
    path: str
    host: str
    source: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    query: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a host answers. ``item`` names the planted item that was asked for, ``showed``: it was shown."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    item: str = ""
    showed: bool = False

    def wire(self) -> bytes:
        """The answer as it goes over the connection, which ends with it."""
        lines = [
            f"HTTP/1.1 {self.status} {PHRASES.get(self.status, 'Answer')}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers),
            "Connection: close",
        ]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


def parse_head(head: bytes, source: str) -> Request:
    """The request of a head that ends with an empty line. Raises ValueError for what is none."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, version = first.split(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("no version of HTTP that this server speaks")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError("a header line has a colon")
        headers[name.strip().lower()] = value.strip()
    path, _, query = target.partition("?")
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    return Request(
        method=method,
        path=unquote(path),
        host=host.lower(),
        source=source,
        headers=headers,
        query=query,
    )


def page(title: str, *paragraphs: str, status: int = 200, lang: str = "en") -> Answer:
    """A plain page. ``paragraphs`` are HTML; the title is text."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    told = escape(title)
    return Answer(
        status=status,
        body=f"<!doctype html><html lang={lang}><title>{told}</title><h1>{told}</h1>{body}</html>".encode(),
    )


def not_found() -> Answer:
    """The usual page for what is not there."""
    return page("Not found", "There is nothing at this address.", status=404)
