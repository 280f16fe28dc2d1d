from __future__ import annotations

import json

import pytest

from tutela.detect.service.hma.answers import NO_URL, Denied, Wrong, failed, said, text
from tutela.detect.service.problems import BadInput, Busy, NoToken, TooLarge
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable


def test_json_is_sorted_without_blanks_and_ends_with_a_line() -> None:
    answer = said({"b": [1, 2.5], "a": "ä"}, 201)
    assert (answer.status_code, answer.body) == (201, b'{"a":"\\u00e4","b":[1,2.5]}\n')
    assert text("X", 503).headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Wrong("x"), 400),
        (Invalid("x"), 400),
        (BadInput("x", field="f", right="y"), 400),
        (TooLarge("x", field="f", right="y"), 413),
        (NoToken("x"), 401),
        (Denied("x"), 403),
        (NO_URL, 403),
        (Refused("x"), 404),
        (Conflict("x"), 409),
        (Busy("x"), 429),
        (Unavailable("x", retry_after_seconds=3), 503),
    ],
)
def test_every_error_has_hmas_shape_and_status(error: TutelaError, status: int) -> None:
    answer = failed(error)
    assert answer.status_code == status
    assert list(json.loads(bytes(answer.body))) == ["message"]
    assert ("retry-after" in answer.headers) is (status in (429, 503))
