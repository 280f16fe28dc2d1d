"""A file that HMA's clients name by its address, ``url=``, held as an upload is.

HMA goes by the host's ``Content-Type``. Object stores often say none, or a wrong one: here ``content_type``
of the query counts, and without it what the file itself is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from tutela.detect.service.hma.answers import NO_URL, Wrong
from tutela.detect.service.hma.shape import Hma
from tutela.detect.service.hma.signals import CONTENT_TYPES, ContentType
from tutela.detect.service.hma.uploads import Upload
from tutela.kernel.egress.destinations import URL_CHARACTERS_MAX


@asynccontextmanager
async def fetch_named(hma: Hma, request: Request) -> AsyncIterator[Upload]:
    """The file at the query's ``url``, held until the block ends.

    Raises Denied (403) where addresses are not fetched, Wrong (400), and as ``Fetches.body`` does: 400 for an
    address that may not be met or has no file, 413, 429, 503. None of them reads as "nothing known".
    """
    fetches, service = hma.service.fetches, hma.service
    if fetches is None or not hma.rules.urls:
        raise NO_URL
    untrusted_url, said_to_be = request.query_params.get("url", ""), _said_to_be(request)
    if len(untrusted_url) > URL_CHARACTERS_MAX:
        raise Wrong(f"url has at most {URL_CHARACTERS_MAX} characters")
    async with fetches.body(untrusted_url, service.admission, bytes_max=service.bodies.bytes_max) as body:
        yield Upload(
            fd=body.fd,
            size_bytes=body.size_bytes,
            content=said_to_be or ("video" if body.family == "film" else "photo"),
            untrusted_fields={"note": request.query_params.get("note", "")},
        )


def _said_to_be(request: Request) -> ContentType | None:
    """What the query says that the file is. Raises Wrong."""
    untrusted = request.query_params.get("content_type")
    if not untrusted:
        return None
    content = next((name for name in CONTENT_TYPES if name == untrusted), None)
    if content is None:
        raise Wrong(f"no such content_type; known are {', '.join(CONTENT_TYPES)}")
    return content
