"""The server's half of HTTP/1.1 and of a WebSocket."""

from __future__ import annotations

import pytest

from tutela.demo.guard.deliveries import Answer
from tutela.demo.guard.serving import head_of, message, opening, parse_head, ranged

TEN = Answer(body=b"0123456789", content_type="image/png", ranges=True)


def test_a_request_is_read() -> None:
    path, fields = parse_head(b"GET /a HTTP/1.1\r\nHost: one.test\r\nRANGE: bytes=0-1\r\n\r\n")
    assert (path, fields) == ("/a", {"host": "one.test", "range": "bytes=0-1"})
    with pytest.raises(ValueError):
        parse_head(b"nothing\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Answer(body=b"12"), b"Content-Length: 2\r\n"),
        (Answer(pieces=(b"1",)), b"Transfer-Encoding: chunked\r\n"),
        (Answer(body=b"12", ends=True), b"Connection: close\r\n"),
        (Answer(headers=(("X-One", "1"),)), b"X-One: 1\r\n"),
    ],
)
def test_a_head_says_how_the_body_comes(answer: Answer, line: bytes) -> None:
    head = head_of(answer)
    framing = (b"Content-Length", b"Transfer-Encoding", b"Connection")
    assert line in head and head.endswith(b"\r\n\r\n")
    assert sum(head.count(name) for name in framing) == 1


@pytest.mark.parametrize(
    ("asked", "given"), [("bytes=0-3", b"0123"), ("bytes=8-", b"89"), ("bytes=8-99", b"89")]
)
def test_a_range_is_given(asked: str, given: bytes) -> None:
    piece = ranged(TEN, asked)
    assert (piece.status, piece.body) == (206, given)
    assert dict(piece.headers)["Content-Range"].endswith("/10")


def test_no_range_is_given_where_none_was_asked_or_there_are_none() -> None:
    assert ranged(TEN, "") is TEN
    plain = Answer(body=b"0123456789")
    assert ranged(plain, "bytes=0-3") is plain


def test_a_socket_is_opened_as_the_standard_shows() -> None:
    # RFC 6455 section 1.3
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in opening("dGhlIHNhbXBsZSBub25jZQ==")


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536])
def test_messages_of_every_length(size: int) -> None:
    framed = message(bytes(size))
    head = {1: 2, 125: 2, 126: 4, 65_535: 4, 65_536: 10}[size]
    assert (framed[0], len(framed)) == (0x82, head + size)
    assert message("x" * size)[0] == 0x81
