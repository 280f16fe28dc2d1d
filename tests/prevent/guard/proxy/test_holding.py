from __future__ import annotations

import pytest
from mitmproxy.http import Headers, Response

from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.proxy.holding import blank_for, hold, keep_here, replace

FIELDS = {
    "Content-Type": "image/webp",
    "Content-Encoding": "br",
    "Transfer-Encoding": "chunked",
    "ETag": '"a"',
    "Last-Modified": "x",
    "Repr-Digest": "x",
    "Content-Range": "bytes 0-1/2",
    "Content-Disposition": "attachment",
    "Location": "/y",
    "Access-Control-Allow-Origin": "*",
    "Vary": "Accept",
}


def answer(status: int = 206) -> Response:
    return Response.make(status, b"content", FIELDS)


def test_a_held_answer_agrees_with_its_body() -> None:
    response = answer()
    response.trailers = Headers(X="y")
    assert hold(response) == response.raw_content == blanks.RASTER
    assert response.status_code == 200
    assert not response.trailers
    assert {name.lower(): value for name, value in response.headers.items()} == {
        "content-type": "image/png",
        "content-length": str(len(blanks.RASTER)),
        "cache-control": "no-store",
        "access-control-allow-origin": "*",
        "vary": "Accept",
    }


def test_a_mended_answer_keeps_what_it_is() -> None:
    response = answer(404)
    replace(response, b"mended")
    assert (response.status_code, response.raw_content) == (404, b"mended")
    assert (response.headers["Content-Type"], response.headers["Content-Length"]) == ("image/webp", "6")
    assert not {"etag", "content-encoding", "transfer-encoding"} & {name.lower() for name in response.headers}


@pytest.mark.parametrize(
    ("declared", "kind"), [("image/svg+xml", "image/svg+xml"), ("image/gif", "image/png"), ("", "image/png")]
)
def test_the_blank_is_of_the_broad_kind(declared: str, kind: str) -> None:
    assert blank_for(declared)[0] == kind


def test_nothing_leads_past_the_proxy() -> None:
    headers = Headers(
        [(b"Alt-Svc", b"h3"), (b"Link", b"</a.css>"), (b"Link", b"<DATA:text/css,x>"), (b"X", b"y")]
    )
    keep_here(headers)
    assert list(headers.items(multi=True)) == [("Link", "</a.css>"), ("X", "y")]
