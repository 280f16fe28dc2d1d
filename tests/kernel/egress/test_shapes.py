"""What is asked and answered: named by an id, and silent about where."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tutela.kernel.egress.replaying import ReplayFetcher
from tutela.kernel.egress.shapes import Fetcher, FetchRequest, Hop, Response, retry_seconds
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.ids import is_id


def test_each_request_has_an_id_of_its_own() -> None:
    one, two = (FetchRequest(untrusted_url="http://a.example/", sink=io.BytesIO()) for _ in range(2))
    assert is_id(one.fetch_id)
    assert one.fetch_id != two.fetch_id


def test_no_address_shows_in_repr() -> None:
    url = parse_url("http://secret.example/secret")
    hop = Hop(url=url, address="93.184.216.34", status=200)
    response = Response(
        url=url, status=200, untrusted_headers={"x": "secret"}, hops=(hop,), body_bytes=0, received_bytes=0,
        seconds=0.0,
    )  # fmt: skip
    request = FetchRequest(untrusted_url=url.raw, sink=io.BytesIO())
    assert "secret" not in f"{hop!r}{response!r}{request!r}"
    assert "93.184" not in repr(hop)


def test_the_fake_fulfils_the_protocol() -> None:
    assert isinstance(ReplayFetcher(), Fetcher)


@pytest.mark.parametrize("accept", ["", "text/plain\r\nX: y", "a" * 201])
def test_what_is_accepted_is_one_header(accept: str) -> None:
    with pytest.raises(ValueError, match="accepted"):
        FetchRequest(untrusted_url="http://a.example/", sink=io.BytesIO(), accept=accept)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0), (" 5 ", 5.0), ("", None), ("-1", None), ("1e9", None), ("9999999", None),
        ("\u0663", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)  # fmt: skip
def test_a_wait_is_a_count_of_seconds(header: str, seconds: float | None) -> None:
    assert retry_seconds(header) == seconds


def test_an_answer_says_when_to_come_again() -> None:
    url = parse_url("http://a.example/")
    facts: dict[str, Any] = {"url": url, "hops": (), "body_bytes": 0, "received_bytes": 0, "seconds": 0.0}
    told = Response(status=429, untrusted_headers={"retry-after": "7"}, **facts)
    assert told.retry_after_seconds == 7.0
    assert Response(status=429, untrusted_headers={}, **facts).retry_after_seconds is None
