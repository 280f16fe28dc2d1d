"""The guarded fetch against servers on loopback: what is sent, what is followed, what is never whole."""

from __future__ import annotations

import gzip
import io
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.kernel.egress.speaking import Kept, authority, fetch, fetcher, moved, ok, speaker
from tutela.kernel import log
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.fetching import GuardedFetcher, guarded_fetcher
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.resolving import FixedResolver
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.kernel.errors import Unavailable


class Names:
    """A resolver that keeps what it was asked."""

    def __init__(self, **table: tuple[str, ...]) -> None:
        self._table = {name.replace("_", "."): addresses for name, addresses in table.items()}
        self.asked: list[str] = []

    def addresses(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if host not in self._table:
            raise Unavailable("the name has no address")
        return self._table[host]


def failed(answer: Response | Failure) -> Failure:
    assert isinstance(answer, Failure), answer
    return answer


def whole(answer: Response | Failure) -> Response:
    assert isinstance(answer, Response), answer
    return answer


def test_a_fetch_is_one_plain_get_with_the_original_name() -> None:
    names = Names(host_example=("127.0.0.1",))
    with speaker(ok(b"hello", "X-Two: a", "X-Two: b")) as there:
        url = f"http://Host.example.:{there.port}/a/../b?x=1#part"
        answer, body = fetch(fetcher(there.port, resolver=names), url)
    response = whole(answer)
    assert (response.status, body, response.body_bytes) == (200, b"hello", 5)
    assert response.received_bytes > response.body_bytes
    assert response.untrusted_headers["x-two"] == "a, b"
    assert [hop.address for hop in response.hops] == ["127.0.0.1"]
    assert names.asked == ["host.example"]
    lines = there.received[0].decode().split("\r\n")
    assert lines == [
        "GET /b?x=1 HTTP/1.1",
        f"Host: host.example.:{there.port}",
        "User-Agent: Mozilla/5.0 (compatible; tutela)",
        "Accept: */*",
        "Accept-Encoding: gzip",
        "Connection: close",
        "",
        "",
    ]


def test_a_registry_is_told_what_is_accepted() -> None:
    with speaker(ok(b"{}")) as there:
        request = FetchRequest(
            untrusted_url=f"http://127.0.0.1:{there.port}/", sink=io.BytesIO(), accept="application/rdap+json"
        )
        whole(fetcher(there.port).fetch(request))
    assert b"\r\nAccept: application/rdap+json\r\n" in there.received[0]


def test_a_name_that_is_answered_twice_is_met_where_it_was_judged() -> None:
    """Rebinding: the second answer is never asked for, the address is that of the first."""
    table = FixedResolver(table={"host.example": [("127.0.0.1",), ("10.0.0.1",)]})
    with speaker(ok()) as there:
        answer, _ = fetch(fetcher(there.port, resolver=table), f"http://host.example:{there.port}/")
    assert whole(answer).hops[0].address == "127.0.0.1"


def test_tls_is_for_the_name_and_not_for_the_address() -> None:
    server, client = authority("host.example")
    names = Names(host_example=("127.0.0.1",), other_example=("127.0.0.1",))
    with speaker(ok(b"secret"), context=server) as there:
        door = fetcher(there.port, resolver=names, context=client)
        answer, body = fetch(door, f"https://host.example.:{there.port}/")
        other, _ = fetch(door, f"https://other.example:{there.port}/")
        untrusted, _ = fetch(fetcher(there.port, resolver=names), f"https://host.example:{there.port}/")
    assert whole(answer).status == 200
    assert len(whole(answer).hops[0].certificate_sha256) == 64
    assert body == b"secret"
    assert failed(other).reason == failed(untrusted).reason == "tls_failed"


def test_a_fetcher_without_verification_is_not_made() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    with pytest.raises(ValueError, match="verified"):
        GuardedFetcher(context=context)


@pytest.mark.parametrize("status", ["301 M", "302 M", "303 M", "307 M", "308 M"])
def test_a_redirect_passes_the_whole_guard_again(status: str) -> None:
    names = Names(
        one_example=("127.0.0.1",), two_example=("127.0.0.1",), bad_example=("127.0.0.1", "10.0.0.1")
    )
    with speaker(ok(b"end")) as end, speaker(moved(f"//two.example:{end.port}/x", status)) as start:
        door = fetcher(start.port, end.port, resolver=names)
        answer, body = fetch(door, f"http://one.example:{start.port}/")
    response = whole(answer)
    assert body == b"end"
    assert [hop.url.authority for hop in response.hops] == [
        f"one.example:{start.port}",
        f"two.example:{end.port}",
    ]
    assert response.url is response.hops[-1].url
    assert names.asked == ["one.example", "two.example"]
    assert b"Referer" not in end.received[0]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address_refused"),
        ("http://bad.example/", "address_refused"),
        ("http://one.example:22/", "port_refused"),
        ("file:///etc/passwd", "redirect_refused"),
        ("http://a:b@one.example/", "redirect_refused"),
        ("/\\evil.example/", "redirect_refused"),
        ("http://0x7f.1/", "redirect_refused"),
        ("http://nowhere.example/", "name_unresolved"),
        ("http://abc.onion/", "onion_unavailable"),
    ],
)
def test_a_redirect_to_what_is_refused_is_refused(location: str, reason: str) -> None:
    names = Names(one_example=("127.0.0.1",), bad_example=("93.184.216.34", "10.0.0.1"))
    with speaker(moved(location)) as there:
        door = fetcher(there.port, 80, 443, resolver=names)
        answer, body = fetch(door, f"http://one.example:{there.port}/")
    failure = failed(answer)
    assert (failure.reason, failure.status, failure.redirects, body) == (reason, 302, 0, b"")


def test_redirects_end_after_five() -> None:
    with speaker(lambda talking: talking.sendall(moved("/again"))) as there:
        answer, _ = fetch(fetcher(there.port), f"http://127.0.0.1:{there.port}/")
        none, _ = fetch(fetcher(there.port, redirects_max=0), f"http://127.0.0.1:{there.port}/")
    assert failed(answer).reason == failed(none).reason == "redirects_too_many"
    assert failed(answer).redirects == 5
    assert there.connections == 7


def test_from_https_to_http_is_followed_only_where_the_settings_allow_it() -> None:
    server, client = authority("127.0.0.1")
    with (
        speaker(ok(b"open")) as plain,
        speaker(moved(f"http://127.0.0.1:{plain.port}/"), context=server) as there,
    ):
        url, ports = f"https://127.0.0.1:{there.port}/", (plain.port, there.port)
        answer, _ = fetch(fetcher(*ports, context=client), url)
        allowed, body = fetch(fetcher(*ports, context=client, allow_downgrade=True), url)
    assert failed(answer).reason == "downgrade_refused"
    assert whole(allowed).url.scheme == "http"
    assert body == b"open"


def test_a_status_that_leads_nowhere_is_an_answer() -> None:
    with speaker(ok(b"", status="304 Not Modified")) as there:
        assert whole(fetch(fetcher(there.port), f"http://127.0.0.1:{there.port}/")[0]).status == 304
    with speaker(ok(b"gone", status="404 Not Found")) as there:
        answer, body = fetch(fetcher(there.port), f"http://127.0.0.1:{there.port}/")
    assert (whole(answer).status, body) == (404, b"gone")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://a@b.example/", "http://127.1/", "http://a!.example/", "x", ""]
)
def test_a_wrong_url_is_a_failure_of_the_family_invalid(url: str) -> None:
    failure = failed(fetch(fetcher(), url)[0])
    assert failure.reason.startswith("url_")
    assert failure.error().code == "invalid"


@pytest.mark.parametrize(
    ("answer", "reason", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "cut_short", 4),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "cut_short", 4),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n", "answer_malformed", 4),
        (ok(b"x" * 2_000), "too_large", 0),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2_000, "too_large", 1),
        (ok(gzip.compress(b"x" * 2_000, mtime=0), "Content-Encoding: gzip"), "too_large", 0),
        (ok(gzip.compress(b"x" * 100, mtime=0)[:-4], "Content-Encoding: gzip"), "encoding_broken", 100),
        (ok(b"not packed", "Content-Encoding: gzip"), "encoding_broken", 0),
        (ok(b"packed", "Content-Encoding: br"), "encoding_unknown", 0),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "answer_malformed", 0),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "answer_malformed", 0),
        (b"", "cut_short", 0),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n", "headers_too_large", 0),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000, "headers_too_large", 0),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 5_000, "headers_too_large", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "answer_malformed", 0),
    ],
)
def test_what_is_not_whole_is_never_a_response(answer: bytes, reason: str, kept: int) -> None:
    with speaker(answer) as there:
        door = fetcher(there.port, body_bytes_max=1_000)
        got, body = fetch(door, f"http://127.0.0.1:{there.port}/")
    failure = failed(got)
    assert failure.reason == reason
    assert failure.kept_bytes == len(body)
    assert failure.partial is bool(body)
    assert len(body) <= 1_000
    assert bool(kept) is bool(body) or reason == "too_large"


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "304 Not Modified"])
def test_an_answer_that_says_it_is_empty_is_whole_whatever_packing_it_names(status: str) -> None:
    with speaker(ok(b"", "Content-Encoding: gzip", status=status)) as there:
        answer, body = fetch(fetcher(there.port), f"http://127.0.0.1:{there.port}/")
    assert whole(answer).body_bytes == len(body) == 0


def test_a_packed_answer_is_unpacked() -> None:
    with speaker(ok(gzip.compress(b"hello" * 100, mtime=0), "Content-Encoding: gzip")) as there:
        answer, body = fetch(fetcher(there.port), f"http://127.0.0.1:{there.port}/")
    assert body == b"hello" * 100
    assert whole(answer).body_bytes == 500


def test_a_caller_may_take_less_and_never_more() -> None:
    with speaker(ok(b"x" * 100)) as there:
        url = f"http://127.0.0.1:{there.port}/"
        assert failed(fetch(fetcher(there.port), url, body_bytes_max=99)[0]).reason == "too_large"
        assert whole(fetch(fetcher(there.port), url, body_bytes_max=100)[0]).body_bytes == 100
        small = fetcher(there.port, body_bytes_max=50)
        assert failed(fetch(small, url, body_bytes_max=1_000)[0]).reason == "too_large"


def test_who_drips_is_cut_off_at_the_total() -> None:
    def drip(talking: socket.socket) -> None:
        talking.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            talking.sendall(b"x")
            time.sleep(0.02)

    with speaker(drip) as there:
        began = time.monotonic()
        answer, _ = fetch(fetcher(there.port, total_seconds=0.2), f"http://127.0.0.1:{there.port}/")
    assert failed(answer).reason == "too_slow"
    assert time.monotonic() - began < 1.5


def waits(leave: threading.Event) -> None:
    leave.wait(5)


def test_who_says_nothing_is_cut_off_at_the_read_limit() -> None:
    leave = threading.Event()
    with speaker(lambda _: waits(leave)) as there:
        answer, _ = fetch(fetcher(there.port, read_seconds=0.1), f"http://127.0.0.1:{there.port}/")
        leave.set()
    assert failed(answer).reason == "too_slow"


def test_a_sink_that_cannot_keep_ends_the_fetch() -> None:
    class Full:
        def write(self, untrusted_data: bytes, /) -> None:
            raise OSError(28, "no space left")

    with speaker(ok()) as there:
        request = FetchRequest(untrusted_url=f"http://127.0.0.1:{there.port}/", sink=Full())
        assert failed(fetcher(there.port).fetch(request)).reason == "sink_failed"


def test_the_body_comes_in_small_pieces_whatever_its_size() -> None:
    sink = Kept()
    with speaker(ok(gzip.compress(bytes(8 << 20)), "Content-Encoding: gzip")) as there:
        request = FetchRequest(untrusted_url=f"http://127.0.0.1:{there.port}/", sink=sink)
        answer = fetcher(there.port).fetch(request)
    assert failed(answer).reason == "expands_too_much"
    assert max(map(len, sink.pieces)) <= 65_536


def test_a_host_is_not_asked_more_often_than_agreed() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    with speaker(ok()) as there:
        door = fetcher(there.port, clock=clock, host_burst=2)
        url = f"http://127.0.0.1:{there.port}/"
        assert [type(fetch(door, url)[0]) for _ in range(2)] == [Response, Response]
        busy = failed(fetch(door, url)[0])
        assert (busy.reason, busy.retry_after_seconds) == ("host_busy", 1.0)
        clock.advance(1.0)
        assert isinstance(fetch(door, url)[0], Response)


def test_proxies_and_passwords_of_the_environment_are_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    with speaker(ok()) as proxy, speaker(ok(b"direct")) as there:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NETRC", "/dev/null")
        _, body = fetch(fetcher(there.port), f"http://127.0.0.1:{there.port}/")
    assert body == b"direct"
    assert proxy.connections == 0
    assert b"uthorization" not in there.received[0]


def test_no_cookie_comes_back_to_who_set_it() -> None:
    with speaker(ok(b"x", "Set-Cookie: a=b")) as there:
        door = fetcher(there.port)
        for _ in range(2):
            fetch(door, f"http://127.0.0.1:{there.port}/")
    assert all(b"ookie" not in request for request in there.received)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "http://localhost/"]
)
def test_what_the_slot_loads_meets_no_address_of_this_machine(url: str) -> None:
    answer = guarded_fetcher(EgressSettings(connect_seconds=1)).fetch(
        FetchRequest(untrusted_url=url, sink=io.BytesIO())
    )
    assert failed(answer).reason == "address_refused"


def test_the_log_says_ids_and_words_and_never_where() -> None:
    stream = io.StringIO()
    try:
        with speaker(ok()) as there:
            log.configure(level="debug", stream=stream)
            fetch(fetcher(there.port), f"http://127.0.0.1:{there.port}/secret-path?q=secret")
            fetch(fetcher(there.port), "http://secret:secret@host.example/")
            fetch(fetcher(there.port), f"http://169.254.169.254:{there.port}/secret-path")
    finally:
        log.configure()
    text = stream.getvalue()
    assert "address_fetched" in text
    assert "address_refused" in text
    assert "ftc_" in text
    assert text.count("not_fetched") == 1
    assert "[redacted]" not in text
    for secret in ("secret", "127.0.0.1", "169.254", "http:"):
        assert secret not in text
