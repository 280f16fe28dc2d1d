"""One GET over one connection: the head within its limits, the body as it comes, a word for each fault."""

from __future__ import annotations

import pytest

from tests.kernel.egress.speaking import ok, speaker
from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.connecting import deadline_after, verified_context
from tutela.kernel.egress.exchanging import asked, body_of, told_referrer
from tutela.kernel.egress.guarding import Way
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.urls import parse_url

OPEN = b"HTTP/1.1 200 OK\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def exchanged(
    answer: bytes, *, path: str = "/", body_bytes_max: int = 1_000, **settings: int
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one exchange."""
    with speaker(answer) as there:
        url = parse_url(f"http://127.0.0.1:{there.port}{path}")
        way = Way(url=url, addresses=("127.0.0.1",))
        deadline = deadline_after(SystemClock(), 5)
        with asked(way, EgressSettings.model_validate(settings), verified_context(), deadline) as got:
            return got.status, dict(got.untrusted_headers), b"".join(body_of(got, body_bytes_max))


def stopped(answer: bytes, **settings: int) -> str:
    with pytest.raises(StoppedError) as caught:
        exchanged(answer, path="/", **settings)
    return caught.value.reason


@pytest.mark.parametrize(
    ("url", "referrer", "told"),
    [
        ("https://cdn.test/a", "https://host.test/page?x#y", "https://host.test/page?x"),
        ("http://cdn.test/a", "http://host.test/page", "http://host.test/page"),
        ("https://cdn.test/a", "http://host.test/page", "http://host.test/page"),
        ("http://cdn.test/a", "https://host.test/page", ""),
        ("http://host.test/a", "http://abc.onion/page", ""),
        ("http://abc.onion/a", "http://abc.onion/page", "http://abc.onion/page"),
    ],
)
def test_a_page_is_named_where_a_browser_would_name_it(url: str, referrer: str, told: str) -> None:
    assert told_referrer(parse_url(url), parse_url(referrer)) == told


def test_the_page_that_led_there_is_said_once_and_only_if_there_is_one() -> None:
    for referrer, lines in ((None, 0), (parse_url("http://host.test/page"), 1)):
        with speaker(ok(b"body")) as there:
            way = Way(url=parse_url(f"http://127.0.0.1:{there.port}/"), addresses=("127.0.0.1",))
            deadline = deadline_after(SystemClock(), 5)
            with asked(way, EgressSettings(), verified_context(), deadline, referrer=referrer) as got:
                assert got.status == 200
        assert there.received[0].count(b"\r\nReferer: http://host.test/page\r\n") == lines
        assert there.received[0].lower().count(b"referer") == lines


def test_head_and_body_come_back() -> None:
    status, headers, body = exchanged(ok(b"body", "X-A: one", "x-a: two", "X-B: \xff"), path="/a?b")
    assert (status, body) == (200, b"body")
    assert headers == {"content-length": "4", "x-a": "one, two", "x-b": "\xff"}
    utf8 = "X-C: é".encode().decode("latin-1")
    assert exchanged(ok(b"", utf8))[1]["x-c"] == "é"


@pytest.mark.parametrize(
    "answer",
    [
        OPEN + b"to the end",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + OPEN + b"to the end",
        b"HTTP/1.0 200 OK\r\n\r\nto the end",
        CHUNKED + b"3\r\nto \r\n7;x=y\r\nthe end\r\n0\r\nA: b\r\n\r\n",
    ],
)
def test_a_body_ends_in_each_of_the_ways_of_http(answer: bytes) -> None:
    assert exchanged(answer)[2] == b"to the end"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ok(b"x" * 1_001), "too_large"),
        (OPEN + b"x" * 200_000, "too_large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "too_large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "answer_malformed"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "answer_malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "cut_short"),
        (b"HTTP/1.1 200", "cut_short"),
        (b"", "cut_short"),
        (b"HTTP/x 200 OK\r\n\r\n", "answer_malformed"),
        (b"hello\r\n\r\n", "answer_malformed"),
        (b"HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n", "answer_malformed"),
        (CHUNKED + b"xyz\r\n", "answer_malformed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "answer_malformed"),
    ],
)
def test_a_fault_has_its_word(answer: bytes, reason: str) -> None:
    assert stopped(answer) == reason


def test_the_head_has_its_limits_in_lines_and_bytes() -> None:
    lines = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + b"A: b\r\n" * 5 + b"\r\n"
    assert exchanged(lines, headers_max=6)[0] == 200
    assert stopped(lines, headers_max=5) == "headers_too_large"
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: " + b"b" * 2_000 + b"\r\n\r\n"
    assert exchanged(large, header_bytes_max=3_000)[0] == 200
    assert stopped(large, header_bytes_max=1_024) == "headers_too_large"


def test_what_no_request_may_hold_is_not_sent() -> None:
    with pytest.raises(ValueError):
        parse_url("http://127.0.0.1/\r\nX: y")
