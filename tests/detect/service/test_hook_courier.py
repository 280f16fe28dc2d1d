"""Couriers: the one through the network door, against a server on loopback, and the fake."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service.hook_courier import (
    RETRY_AFTER_SECONDS_MAX,
    Delivered,
    DoorCourier,
    RecordingCourier,
    parse_retry_after,
)
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_signing import check_signature, new_secret, signed_headers
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.posting import Poster
from tutela.kernel.errors import Unavailable

START = datetime(2026, 11, 22, 6, 0, 0, tzinfo=UTC)
SECRET = new_secret()


class Receiver(BaseHTTPRequestHandler):
    """Verifies like a receiver would, and answers 503 with a Retry-After."""

    seen: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append(check_signature(SECRET, headers, body, now_seconds=START.timestamp()))
        self.send_response(503)
        self.send_header("Retry-After", "Sun, 22 Nov 2026 06:02:00 GMT")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    Receiver.seen = []
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_signed_message_goes_through_the_door_and_is_verified_there(receiver: HTTPServer) -> None:
    endpoint = Endpoint(name="desk", url=f"http://127.0.0.1:{receiver.server_port}/in", secrets=(SECRET,))
    courier = DoorCourier(Poster().post, clock=FixedClock(START))
    headers = signed_headers([SECRET], "msg_1", int(START.timestamp()), b"{}")
    assert courier.deliver(endpoint, headers, b"{}") == Delivered(status=503, retry_after_seconds=120)
    assert Receiver.seen == ["msg_1"]


def test_the_fake_keeps_what_it_was_given_and_says_what_it_was_told() -> None:
    endpoint = Endpoint(name="desk", url="https://hooks.example/", secrets=(SECRET,))
    fake = RecordingCourier(outcomes=[503, Unavailable("away"), Delivered(status=429, retry_after_seconds=3)])
    assert fake.deliver(endpoint, {"a": "b"}, b"x").status == 503
    with pytest.raises(Unavailable):
        fake.deliver(endpoint, {}, b"y")
    assert fake.deliver(endpoint, {}, b"z") == fake.deliver(endpoint, {}, b"z")
    assert [one.body for one in fake.carried] == [b"x", b"y", b"z", b"z"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0), ("7", 7), (" 120 ", 120), ("99999999999999", RETRY_AFTER_SECONDS_MAX), ("", 0), ("-5", 0),
        ("1.5", 0), ("soon", 0), ("²", 0), ("Sun, 22 Nov 2026 06:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 05:00:00 GMT", 0), ("Mon, 22 Nov 2049 05:00:00 GMT", RETRY_AFTER_SECONDS_MAX),
    ],
)  # fmt: skip
def test_retry_after_is_a_delay_or_a_date(text: str, seconds: float) -> None:
    assert parse_retry_after(text, now_seconds=START.timestamp()) == seconds


@given(st.text(max_size=60))
def test_any_retry_after_is_bounded(text: str) -> None:
    assert 0 <= parse_retry_after(text, now_seconds=START.timestamp()) <= RETRY_AFTER_SECONDS_MAX
