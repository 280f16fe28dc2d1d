"""Requests are read, answers written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.demo.world.answers import Answer, not_found, page, parse_head


def test_a_head_is_read() -> None:
    head = b"GET /a%20b.jpg?x=1 HTTP/1.1\r\nHost: One.test:8080\r\nReferer: http://door.test/\r\n\r\n"
    request = parse_head(head, "127.78.0.1")
    assert (request.path, request.query, request.host) == ("/a b.jpg", "x=1", "one.test")
    assert request.headers["referer"] == "http://door.test/"
    assert parse_head(b"GET / HTTP/1.1\r\nHost: one.test\r\n\r\n", "").host == "one.test"


@given(st.binary(max_size=200))
def test_what_is_no_head_is_a_value_error_at_most(head: bytes) -> None:
    try:
        parse_head(head, "127.0.0.1")
    except ValueError:
        return


@pytest.mark.parametrize(
    "head", [b"GET /\r\n\r\n", b"GET / SPDY/3\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n"]
)
def test_nonsense_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError):
        parse_head(head, "127.0.0.1")


def test_an_answer_says_its_length_and_ends_the_connection() -> None:
    head, _, body = Answer(status=451, body=b"no", headers=(("Via", "x"),)).wire().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 451 Unavailable For Legal Reasons\r\n")
    assert {b"Content-Length: 2", b"Via: x", b"Connection: close"} <= set(head.split(b"\r\n"))
    assert body == b"no"
    assert not_found().status == 404
    assert b"<h1>a &lt; b</h1>" in page("a < b").body
