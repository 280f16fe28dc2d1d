"""The access log: ids, route, status, milliseconds; a fault of ours ends in an answer and in the log."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from tests.detect.service import making
from tutela.detect.service import app as app_module
from tutela.detect.service.access_log import leaves
from tutela.kernel import log


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    log.configure(level="info", stream=stream)
    yield stream
    log.configure()


def written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_who_what_and_how_long_and_nothing_else(lines: io.StringIO) -> None:
    client = making.client(token="match")
    client.post("/v1/match?list=secretname", content=b"c0ffee", headers={"User-Agent": "somebody"})
    (line,) = written(lines)
    assert set(line) == {
        "time", "level", "event", "room", "request", "caller", "route", "status", "milliseconds",
    }  # fmt: skip
    assert (line["event"], line["route"], line["status"]) == ("request_answered", "match", 422)
    assert line["caller"].startswith("tok_")
    assert line["request"].startswith("req_")


def test_an_address_never_gets_into_the_log(lines: io.StringIO) -> None:
    making.client(token="").get("/hma/tok_secret/h/hash")
    (line,) = written(lines)
    assert (line["route"], line["status"], line["caller"]) == ("other", 404, None)
    assert "secret" not in lines.getvalue()


def test_a_fault_of_ours_is_answered_logged_and_survived(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = making.service()

    def fail(*_args: object, **_named: object) -> Any:
        raise RuntimeError("c0ffee")

    monkeypatch.setattr(running.matcher, "items", fail)
    client = making.client(running)
    asked = {"prints": [{"kind": "md5", "value": "00" * 16}]}
    answer = client.post("/v1/match", json=asked)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "fault")
    assert "c0ffee" not in answer.text + lines.getvalue()
    assert [line["event"] for line in written(lines)] == ["request_failed", "request_answered"]
    assert client.get("/health").status_code == 200


def test_routes_inside_mounts_are_found() -> None:
    async def handler(_request: Request) -> Response:
        return Response()

    inner = Route("/x", handler, name="inner")
    assert leaves([Mount("/a", routes=[inner]), Route("/y", handler, name="outer")])[0] is inner


def test_every_route_has_a_name_of_its_own_that_the_log_may_write() -> None:
    routes = leaves(app_module.build(making.service()).routes)
    assert all(log.is_declared(route.name) for route in routes)
