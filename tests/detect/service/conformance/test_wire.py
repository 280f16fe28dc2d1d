"""The wire: what goes out, what comes back, limits, waiting, and what is no address."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.serving import free_port, served
from tutela.detect.service.conformance.shapes.contract import Misbehaved, NotLetIn, Reply, Upload
from tutela.detect.service.conformance.wire import (
    ANSWER_BYTES_MAX,
    BUSY_SECONDS,
    BUSY_TRIES,
    Request,
    Wire,
    multipart,
    parsed,
)
from tutela.kernel.errors import Invalid, Unavailable

BUSY = {"count": 0}


async def echo(request: Asked) -> Response:
    body = await request.body()
    return JSONResponse({"method": request.method, "bytes": len(body), "x": request.headers.get("x-test")})


async def busy(request: Asked) -> Response:
    BUSY["count"] += 1
    return JSONResponse({}, status_code=429, headers={"Retry-After": "3"})


async def otherwise_busy(request: Asked) -> Response:
    """Busy once, as the header ``x-after`` has it; then the answer."""
    BUSY["count"] += 1
    after = request.headers.get("x-after", "")
    if BUSY["count"] > 1:
        return JSONResponse({})
    headers = {"Retry-After": after} if after else {}
    return JSONResponse({}, status_code=int(request.headers["x-status"]), headers=headers)


async def refuse_unread(request: Asked) -> Response:
    return JSONResponse({"error": "too large"}, status_code=413)


async def large(request: Asked) -> Response:
    return Response(bytes(ANSWER_BYTES_MAX + 10))


async def elsewhere(request: Asked) -> Response:
    return RedirectResponse("/base/echo")


ROUTES = [
    Route("/base/echo", echo, methods=["GET", "POST"]),
    Route("/base/busy", busy),
    Route("/base/otherwise", otherwise_busy),
    Route("/base/refuse", refuse_unread, methods=["POST"]),
    Route("/base/large", large),
    Route("/base/elsewhere", elsewhere),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(Starlette(routes=ROUTES)) as address:
        yield address


def test_method_headers_and_body_arrive_below_the_wires_path(url: str) -> None:
    wire = Wire(f"{url}/base/")
    reply = wire.send(Request(method="POST", path="/echo", headers={"X-Test": "yes"}, body=b"abc"))
    assert parsed(reply) == {"method": "POST", "bytes": 3, "x": "yes"}
    assert reply.headers["content-type"] == "application/json"
    assert wire.host == url


def test_a_busy_matcher_is_waited_for_and_then_believed(url: str) -> None:
    BUSY["count"], pauses = 0, list[float]()
    reply = Wire(f"{url}/base", pause=pauses.append).send(Request(method="GET", path="/busy"))
    assert reply.status == 429
    assert pauses == [3.0] * BUSY_TRIES
    assert BUSY["count"] == BUSY_TRIES + 1


@pytest.mark.parametrize(
    ("status", "after", "waited"),
    [
        (429, "", [BUSY_SECONDS]),
        (429, "Sun, 22 Nov 2026 08:00:00 GMT", [BUSY_SECONDS]),
        (503, "Sun, 22 Nov 2026 08:00:00 GMT", [BUSY_SECONDS]),
        (429, "\u00b2", [BUSY_SECONDS]),
        (429, "9" * 400, [BUSY_SECONDS]),
        (429, "2", [2.0]),
        (503, "", []),
    ],
)
def test_a_matcher_may_say_in_each_way_of_the_standard_that_it_is_busy(
    url: str, status: int, after: str, waited: list[float]
) -> None:
    BUSY["count"], pauses = 0, list[float]()
    headers = {"X-Status": str(status), **({"X-After": after} if after else {})}
    reply = Wire(f"{url}/base", pause=pauses.append).send(
        Request(method="GET", path="/otherwise", headers=headers)
    )
    assert (reply.status, pauses) == (200 if waited else status, waited)


def test_a_length_that_is_never_sent_is_announced_and_its_refusal_read(url: str) -> None:
    request = Request(method="POST", path="/refuse", body=b"abc", declared_bytes=1 << 40)
    assert Wire(f"{url}/base", timeout_seconds=5).send(request).status == 413


def test_answers_are_cut_and_redirects_are_not_followed(url: str) -> None:
    wire = Wire(f"{url}/base")
    assert len(wire.send(Request(method="GET", path="/large")).body) == ANSWER_BYTES_MAX
    assert wire.send(Request(method="GET", path="/elsewhere")).status == 307


def test_nobody_there_is_said_without_the_path() -> None:
    wire = Wire(f"http://127.0.0.1:{free_port()}/secret-token", timeout_seconds=1)
    with pytest.raises(Unavailable) as caught:
        wire.send(Request(method="GET", path="/x"))
    assert "secret-token" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["", "127.0.0.1:8702", "ftp://h/", "http://", "http://u:p@h/", "http://h/?a=1", "http://h/#x", "http://h:x/",
     "http://h:99999/", "http://h/\r\nX: y", "http://h\u00fc/"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as caught:
        Wire(address)
    assert caught.value.field == "URL"


def test_ports_and_hosts_are_shown_in_full() -> None:
    assert Wire("http://h").host == "http://h:80"
    assert Wire("https://h/x/").host == "https://h:443"
    assert Wire("https://h/x/").path == "/x"
    assert Wire("http://[::1]:8702").host == "http://[::1]:8702"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=500, body=b"{}"), "status 500"),
        (Reply(status=200, body=b"<html>"), "not JSON"),
        (Reply(status=200, body=b"[" * 100_000), "not JSON"),
    ],
)
def test_other_answers_misbehave(reply: Reply, words: str) -> None:
    with pytest.raises(Misbehaved, match=words):
        parsed(reply)


def test_statuses_may_be_named() -> None:
    assert parsed(Reply(status=201, body=b"1"), 200, 201) == 1
    with contextlib.suppress(Misbehaved):
        parsed(Reply(status=200, body=b"1"), 201)
        pytest.fail("200 was not among them")


def test_a_form_holds_one_file_between_its_boundaries() -> None:
    media_type, body = multipart("photo", Upload(data=b"\r\n--x\r\n", media_type="image/png"))
    boundary = media_type.partition("boundary=")[2].encode()
    assert body.split(b"--" + boundary)[2] == b"--\r\n"
    assert b'name="photo"' in body
    assert b"Content-Type: image/png\r\n\r\n\r\n--x\r\n\r\n" in body


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_not_taken_is_told_apart(status: int) -> None:
    with pytest.raises(NotLetIn, match=str(status)):
        parsed(Reply(status=status, headers={}, body=b"{}"))
