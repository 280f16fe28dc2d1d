"""What is asked of a fetcher and what it answers. Everything that came from outside is ``untrusted``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.urls import Url
from tutela.kernel.ids import new_id

#: What is accepted where nobody says more (RFC 9110 section 12.5.1).
ANY_TYPE = "*/*"
#: One line of media types.
_ACCEPT = re.compile(r"[a-z0-9*+./;=, -]{1,200}")


class Sink(Protocol):
    """Takes the bytes of a body as they come: an open binary file, a memfd, a pipe to a sandbox."""

    def write(self, untrusted_data: bytes, /) -> object:
        """Take all of these bytes. Raises OSError when they cannot be kept; the fetch then ends."""
        ...


def _fetch_id() -> str:
    return new_id("ftc_")


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchRequest:
    """One GET. ``fetch_id`` is what the log says instead of the address.

    ``body_bytes_max`` lowers the limit of the settings; 0 leaves it. ``accept`` is the header of that name,
    for whoever asks a registry (RFC 7480 section 4.2). ``referrer`` is the page that led here: some hosts
    show a thing to its visitors alone. Raises ValueError for a type that is more than a header.
    """

    untrusted_url: str = field(repr=False)
    sink: Sink = field(repr=False)
    body_bytes_max: int = 0
    accept: str = ANY_TYPE
    referrer: Url | None = field(default=None, repr=False)
    fetch_id: str = field(default_factory=_fetch_id)

    def __post_init__(self) -> None:
        if not _ACCEPT.fullmatch(self.accept):
            raise ValueError("what is accepted is written as application/rdap+json")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """One request on the way: where it went, which address was met, what status came back.

    ``address`` is empty where a SOCKS proxy resolved the name; ``certificate_sha256`` (hex, of the whole
    certificate) is empty without TLS.
    """

    url: Url = field(repr=False)
    address: str = field(repr=False)
    status: int
    certificate_sha256: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """A whole answer, of whatever status; an answer that was cut is a ``Failure``.

    Header names are lower case; ``body_bytes`` were written to the sink after unpacking,
    ``received_bytes`` came over the wire, head included.
    """

    url: Url = field(repr=False)
    status: int
    untrusted_headers: Mapping[str, str] = field(repr=False)
    hops: tuple[Hop, ...] = field(repr=False)
    body_bytes: int
    received_bytes: int
    seconds: float

    @property
    def retry_after_seconds(self) -> float | None:
        """Seconds after which the host asks to come again, None where it names none."""
        return retry_seconds(self.untrusted_headers.get("retry-after", ""))


def retry_seconds(untrusted_header: str) -> float | None:
    """Seconds of a ``Retry-After`` that counts them (RFC 9110 section 10.2.3); else None, for a date too."""
    text = untrusted_header.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


@runtime_checkable
class Fetcher(Protocol):
    """Fetches what a URL leads to, through the guard or from a recording.

    A refusal is an answer (``Failure``), never an exception; a ``Response`` is always whole.
    """

    def fetch(self, request: FetchRequest) -> Response | Failure:
        """The whole answer to one GET, or why there is none; the body is in the request's sink."""
        ...
