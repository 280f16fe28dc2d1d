"""Orders carried out: what is kept, what is not, what the sealed record says."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest

from tests.kernel.fetcher.fetching import CUT, MISSING, PICTURE, THERE, Service, service
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.egress.shapes import FetchRequest, Hop, Response
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.errors import Refused
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched, SealedPart, render_order
from tutela.kernel.fetcher.serving import HEADERS_CHARACTERS_MAX, declared


@pytest.fixture
def memory() -> Iterator[int]:
    descriptor = os.memfd_create("bytes")
    yield descriptor
    os.close(descriptor)


def order(url: str, *, keep: bool = True, vantage: str = "direct", bytes_max: int = 1 << 20) -> FetchOrder:
    return FetchOrder(sealed_url=url.encode(), keep=keep, vantage=vantage, bytes_max=bytes_max)


def opened(made: Service, part: SealedPart | None) -> bytes:
    assert part is not None
    target = BytesIO()
    contents = Opener(made.blobs, made.keys).open(part.blob, target, record=lambda _: None)
    assert contents.commitment() == part.commitment
    return target.getvalue()


def test_a_body_is_in_memory_and_sealed_with_the_way_to_it(memory: int) -> None:
    made = service()
    found = made.service.fetch(order(THERE), memory)
    assert isinstance(found, Fetched)
    assert found.is_there
    assert os.pread(memory, 1 << 20, 0) == PICTURE == opened(made, found.body)
    assert found.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert found.sha3_256 == hashlib.sha3_256(PICTURE).hexdigest()
    assert found.url == THERE
    record = json.loads(open_text(found.response_sealed, made.keys))
    assert record["headers"] == {"server": "one"}
    assert record["sha256"] == found.sha256
    assert record["steps"][0]["status"] == 200


def test_the_page_that_led_there_is_said_and_kept(memory: int) -> None:
    page = "https://host.test/page"
    made = service({THERE: Recorded(body=PICTURE, only_from=page)})
    found = made.service.fetch(replace(order(THERE), sealed_referrer=page.encode()), memory)
    assert isinstance(found, Fetched)
    assert found.status == 200
    assert json.loads(open_text(found.response_sealed, made.keys))["referrer"] == page
    assert page not in repr(found)
    without = made.service.fetch(order(THERE), memory)
    assert isinstance(without, Fetched)
    assert without.status == 404
    wrong = made.service.fetch(replace(order(THERE), sealed_referrer=b"file:///x"), memory)
    assert isinstance(wrong, Fetched)
    assert wrong.status == 404


@pytest.mark.parametrize(
    ("header", "media_type", "charset"),
    [
        ("", "", ""),
        ("Text/HTML; Charset=UTF-8", "text/html", "UTF-8"),
        ('text/html;x=y; charset="koi8-r"; charset=utf-8', "text/html", "koi8-r"),
        ("nonsense; charset=a b", "", ""),
        ("text/html; charset=" + "x" * 99, "text/html", ""),
        ("a/" + "b" * 999, "", ""),
    ],
)
def test_what_the_host_declares_is_told_where_it_can_be_read(
    header: str, media_type: str, charset: str
) -> None:
    assert declared(header) == (media_type, charset)


class Redirected:
    """A fetcher whose every answer came from somewhere else."""

    def fetch(self, request: FetchRequest) -> Response:
        hops = tuple(
            Hop(url=parse_url(url), address=address, status=status)
            for url, address, status in (
                (request.untrusted_url, "198.51.100.7", 302),
                ("https://elsewhere.test/page", "203.0.113.9", 200),
            )
        )
        return Response(
            url=hops[-1].url,
            status=200,
            untrusted_headers={"content-type": "text/html"},
            hops=hops,
            body_bytes=0,
            received_bytes=0,
            seconds=0.0,
        )


def test_where_redirects_led_is_told_beside_what_was_asked(memory: int) -> None:
    made = service()
    made.service._fetchers["direct"] = Redirected()
    found = made.service.fetch(order(THERE), memory)
    assert isinstance(found, Fetched)
    assert (found.url, found.final_url) == (THERE, "https://elsewhere.test/page")
    assert (found.asked_address, found.address) == ("198.51.100.7", "203.0.113.9")
    assert (found.redirects, found.media_type) == (1, "text/html")


def test_what_a_host_says_instead_is_no_body_of_an_item(memory: int) -> None:
    made = service()
    found = made.service.fetch(order(MISSING), memory)
    assert isinstance(found, Fetched)
    assert (found.status, found.body) == (404, None)
    assert json.loads(open_text(found.response_sealed, made.keys))["steps"][0]["status"] == 404
    assert not made.blobs.bodies


def test_half_a_body_leaves_nothing(memory: int) -> None:
    made = service()
    assert made.service.fetch(order(CUT), memory) == NotFetched(reason="cut_short", url=CUT, status=200)
    cut = made.service.fetch(order(THERE, bytes_max=10), memory)
    assert cut == NotFetched(reason="too_large", url=THERE, status=200)
    assert made.service.fetch(order("ftp://x"), memory) == NotFetched(reason="url_scheme")
    assert not made.blobs.bodies


def test_a_look_alone_keeps_nothing(memory: int) -> None:
    made = service()
    found = made.service.fetch(order(THERE, keep=False), memory)
    assert isinstance(found, Fetched)
    assert (found.body, found.size_bytes) == (None, len(PICTURE))
    assert not made.blobs.bodies


def test_each_vantage_point_has_its_own_way(memory: int) -> None:
    made = service()
    assert made.service.fetch(order(THERE, vantage="second"), memory) == NotFetched(
        reason="not_recorded", url=THERE
    )
    with pytest.raises(Refused):
        made.service.fetch(order(THERE, vantage="third"), memory)


def test_headers_without_end_are_cut_and_still_kept(memory: int) -> None:
    headers = {f"x-{n}": "v" * 600 for n in range(90)}
    made = service({THERE: Recorded(body=b"x", headers=headers)})
    found = made.service.fetch(order(THERE), memory)
    assert isinstance(found, Fetched)
    record = json.loads(open_text(found.response_sealed, made.keys))
    assert record["headers"].keys() == headers.keys()
    assert sum(map(len, record["headers"].values())) <= HEADERS_CHARACTERS_MAX


def test_an_order_needs_its_descriptor(memory: int) -> None:
    made = service()
    with pytest.raises(ValueError):
        made.service.answer(render_order(order(THERE)), [])
    assert made.service.answer(render_order(order(THERE)), [memory])["fetched"] is True
