"""Answers and errors as HMA's server (Flask 3) writes them: sorted keys, no blanks, a line break at the end.

An error is ``{"message": ...}``, in HMA's own words where it has some; nothing that was sent comes back.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from tutela.detect.service.problems import BadInput, headers_of
from tutela.kernel.errors import Invalid, Refused, TutelaError


class Wrong(Invalid):
    """The request is wrong; HMA's 400."""

    code = "hma_wrong"
    http_status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)


class Denied(Refused):
    """Not here, or not any more: HMA's 403, which it says of a second bank of one name too."""

    code = "hma_denied"
    http_status = 403


#: Why no address is fetched: ``service.hma.urls`` is off (decisions.md section 5).
NO_URL = Denied(
    "URL look-ups need the guarded network door, which is closed here; send the file, or its signal"
)


def said(value: Any, status: int = 200) -> Response:
    """``value`` as HMA's JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n"
    return Response(text, status, {"Cache-Control": "no-store"}, media_type="application/json")


def text(words: str, status: int = 200) -> Response:
    """``words`` as HMA's plain answer."""
    return Response(words, status, {"Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8"})


def failed(error: TutelaError) -> Response:
    """The error as HMA's JSON, with the status that HMA would give where it has one."""
    status = Wrong.http_status if error.http_status == Invalid.http_status else error.http_status
    message = f"{error.message} ({error.right})" if isinstance(error, BadInput) else error.message
    answer = said({"message": message}, status)
    answer.headers.update(headers_of(error))
    return answer
