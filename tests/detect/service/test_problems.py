"""Errors as JSON: status, code, field, what would be right, and when to come back."""

from __future__ import annotations

import json
from typing import Any

import anyio
import pytest
from starlette.requests import Request

from tutela.detect.media.shapes import Trouble
from tutela.detect.service import problems
from tutela.detect.service.problems import BadInput, Busy, Fault, NotAllowed, NoToken, TooLarge, TooSlow
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable


def said(error: TutelaError) -> Any:
    return json.loads(bytes(problems.answer_of(error).body))["error"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Invalid("a number", field="x"), 422, "invalid"),
        (BadInput("no", field="x", right="yes"), 422, "invalid"),
        (TooLarge("no", field="x", right="yes"), 413, "too_large"),
        (TooSlow("no", field="x", right="yes"), 408, "too_slow"),
        (NoToken("no"), 401, "token"),
        (NotAllowed("no"), 403, "role"),
        (Refused("no"), 404, "refused"),
        (Conflict("moved"), 409, "conflict"),
        (Unavailable("later"), 503, "unavailable"),
        (Busy("later"), 429, "busy"),
        (Fault("ours"), 500, "fault"),
    ],
)
def test_each_error_has_its_status_and_code(error: TutelaError, status: int, code: str) -> None:
    assert problems.answer_of(error).status_code == status
    assert said(error)["code"] == code


def test_an_error_says_what_would_be_right() -> None:
    assert said(BadInput("no", field="x", right="yes")) == {
        "code": "invalid", "field": "x", "message": "no", "right": "yes",
    }  # fmt: skip
    assert said(Invalid("a number from 1 to 3", field="x"))["right"] == "a number from 1 to 3"
    assert said(Refused("no"))["right"] == ""


@pytest.mark.parametrize(("seconds", "header"), [(None, "1"), (0.2, "1"), (1.0, "1"), (2.01, "3")])
def test_the_time_to_come_back_is_in_whole_seconds(seconds: float | None, header: str) -> None:
    for error in (Busy("later", retry_after_seconds=seconds), Unavailable("x", retry_after_seconds=seconds)):
        assert problems.headers_of(error)["Retry-After"] == header
    assert "Retry-After" not in problems.headers_of(Invalid("no"))


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [("unreadable", "unreadable", 422), ("refused", "limit", 422), ("not_media", "wrong_type", 415)],
)
def test_each_trouble_of_the_sandbox_is_an_error(kind: Any, code: str, status: int) -> None:
    error = problems.unreadable(Trouble(kind=kind, reason="a fixed sentence"))
    assert (error.code, error.http_status, error.message) == (code, status, "a fixed sentence")


def test_an_error_may_stand_beside_what_else_is_known() -> None:
    answer = problems.answer_of(Invalid("no", field="x"), status="unreadable")
    assert json.loads(bytes(answer.body))["status"] == "unreadable"


def test_what_is_no_error_of_ours_says_nothing_of_itself() -> None:
    answer = anyio.run(problems.on_error, Request({"type": "http"}), KeyError("c0ffee"))
    assert (answer.status_code, b"c0ffee" in answer.body) == (500, False)
    assert anyio.run(problems.on_http, Request({"type": "http"}), KeyError("c0ffee")).status_code == 404
