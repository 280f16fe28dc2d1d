"""An answer turned into the neutral picture, or into a mended text, with header fields that agree."""

from __future__ import annotations

from typing import Final

from mitmproxy.http import Headers, Response

from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.carriers.kinds import kind_of

#: Fields that describe the body that was there, or let somebody keep or compare it.
_OF_THE_BODY: Final = (
    "Content-Encoding",
    "Content-Length",
    "Transfer-Encoding",
    "Trailer",
    "ETag",
    "Last-Modified",
    "Expires",
    "Age",
    "Cache-Control",
    "Pragma",
    "Content-MD5",
    "Digest",
    "Content-Digest",
    "Repr-Digest",
    "Content-Range",
    "Accept-Ranges",
    "Use-As-Dictionary",
    "Signature",
    "Signature-Input",
    "SourceMap",
)
#: Fields that say what the body is, or what to do with it.
_OF_ITS_USE: Final = ("Content-Type", "Content-Disposition", "Refresh", "Location", "Link")
#: Fields that would lead the browser past this proxy (RFC 7838).
_LEADING_AWAY: Final = ("Alt-Svc", "Alternate-Protocol")


def blank_for(content_type: str) -> tuple[str, bytes]:
    """(type, content) of the neutral picture in the broad kind of ``content_type``: vector or raster."""
    if kind_of(content_type) == "vector":
        return blanks.VECTOR_TYPE, blanks.VECTOR
    return blanks.RASTER_TYPE, blanks.RASTER


def hold(response: Response) -> bytes:
    """The neutral picture, which took the place of the answer's body; its header fields agree."""
    media, content = blank_for(response.headers.get("Content-Type", ""))
    _drop(response.headers, _OF_ITS_USE)
    response.status_code, response.reason = 200, "OK"
    response.headers["Content-Type"] = media
    replace(response, content)
    return content


def replace(response: Response, content: bytes) -> None:
    """Puts ``content``, without an encoding, in the place of the body; nobody keeps it."""
    _drop(response.headers, _OF_THE_BODY)
    response.trailers = None
    response.headers["Content-Length"] = str(len(content))
    response.headers["Cache-Control"] = "no-store"
    response.raw_content = content


def keep_here(headers: Headers) -> None:
    """Takes out what leads past this proxy, and pictures written into the header itself."""
    _drop(headers, _LEADING_AWAY)
    links = headers.get_all("Link")
    if any("data:" in one.lower() for one in links):
        headers.set_all("Link", [one for one in links if "data:" not in one.lower()])


def _drop(headers: Headers, names: tuple[str, ...]) -> None:
    for name in names:
        headers.pop(name, None)
