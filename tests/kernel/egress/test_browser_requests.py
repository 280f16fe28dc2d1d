from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress.browser_requests import DROPPED, parse_request
from tutela.kernel.egress.reasons import StoppedError


def stopped(head: bytes) -> str:
    with pytest.raises(StoppedError) as caught:
        parse_request(head)
    return caught.value.reason


def test_a_tunnel_leads_to_the_host_it_names() -> None:
    request = parse_request(b"CONNECT host.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n")
    assert request.tunnel and (request.url.scheme, request.url.host, request.url.port) == (
        "https",
        "host.test",
        443,
    )


def test_a_tunnel_to_an_address_in_brackets() -> None:
    assert parse_request(b"CONNECT [2606:2800::1]:8443 HTTP/1.1\r\nHost: x\r\n\r\n").url.port == 8443


def test_a_plain_question_is_written_anew_for_the_host_that_was_judged() -> None:
    request = parse_request(
        b"GET http://host.test/a?b=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: image/*\r\n"
        b"Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\nTE: trailers\r\n\r\n"
    )
    assert request.head == (
        b"GET /a?b=1 HTTP/1.1\r\nHost: host.test\r\naccept: image/*\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"POST http://host.test/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "url_scheme"),
        (b"GET http://host.test/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n", "url_unreadable"),
        (b"GET http://h.test/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "url_unreadable"),
        (b"GET https://host.test/ HTTP/1.1\r\nHost: x\r\n\r\n", "url_scheme"),
        (b"GET ftp://host.test/ HTTP/1.1\r\nHost: x\r\n\r\n", "url_scheme"),
        (b"GET / HTTP/1.1\r\nHost: host.test\r\n\r\n", "url_unreadable"),
        (b"GET http://u:p@host.test/ HTTP/1.1\r\nHost: x\r\n\r\n", "url_credentials"),
        (b"GET http://good.test\\@127.0.0.1/ HTTP/1.1\r\nHost: x\r\n\r\n", "url_disputed"),
        (b"CONNECT host.test HTTP/1.1\r\nHost: x\r\n\r\n", "url_unreadable"),
        (b"CONNECT u@host.test:443 HTTP/1.1\r\nHost: x\r\n\r\n", "url_unreadable"),
        (b"CONNECT host.test:443/x HTTP/1.1\r\nHost: x\r\n\r\n", "url_unreadable"),
        (b"CONNECT host.test:99999 HTTP/1.1\r\nHost: x\r\n\r\n", "url_unreadable"),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", "url_unreadable"),
        (b"\r\n\r\n", "url_unreadable"),
    ],
)  # fmt: skip
def test_everything_else_is_refused(head: bytes, reason: str) -> None:
    assert stopped(head) == reason


@given(st.binary(max_size=300))
def test_no_head_does_more_than_be_refused(untrusted: bytes) -> None:
    try:
        request = parse_request(untrusted + b"\r\n\r\n")
    except StoppedError:
        return
    assert request.url.host


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(DROPPED - {b"content-length", b"transfer-encoding"})),
            st.from_regex(rb"[!-~]{1,20}", fullmatch=True),
        ),
        max_size=5,
    )
)
def test_no_line_of_the_connection_reaches_the_host(lines: list[tuple[bytes, bytes]]) -> None:
    told = b"".join(name + b": " + value + b"\r\n" for name, value in lines if name != b"host")
    head = parse_request(b"GET http://host.test/ HTTP/1.1\r\nHost: x\r\n" + told + b"\r\n").head
    assert head == b"GET / HTTP/1.1\r\nHost: host.test\r\nConnection: close\r\n\r\n"
