"""Every error as JSON, with its field and what would be right; nothing of what was sent comes back.

``{"error": {"code", "field", "message", "right"}}``; ``Retry-After`` where waiting helps. Below the addresses
of another service's shape the word that its clients read stands beside it.
"""

from __future__ import annotations

import math
import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tutela.detect.media.shapes import Trouble, TroubleKind
from tutela.kernel.errors import Invalid, Refused, TutelaError, Unavailable

#: Seconds to wait where an error says only that waiting helps (our own: a worker is replaced in less).
RETRY_AFTER_SECONDS = 1.0
#: What the framework itself refuses, by status (RFC 9110 section 15.5).
_PLAIN: dict[int, tuple[str, str, str]] = {
    404: ("not_found", "there is nothing at this address", "an address of the API document /openapi.json"),
    405: ("method", "this address does not know the method", "a method named in the header Allow"),
}
#: Addresses of other services' shapes, and the field in which their clients look for an error's words: the
#: SDK of Arachnid Shield reads ``detail`` of whatever is no success (its models/error_detail.py), HMA says
#: ``message``. The SDK joins ``v1/media/`` to any base address that it is given.
_SHAPES = (
    (re.compile(r"/arachnid(?:/.*)?|(?:/.*)?/v1/(?:media|pdq|url)/?", re.DOTALL), "detail"),
    (re.compile(r"/hma(?:/.*)?", re.DOTALL), "message"),
)


class BadInput(Invalid):
    """A request that cannot be answered as it is: ``right`` says what could."""

    def __init__(self, message: str, *, field: str, right: str) -> None:
        super().__init__(message, field=field)
        self.right = right


class TooLarge(BadInput):
    """The body is larger than this service takes."""

    code = "too_large"
    http_status = 413


class TooSlow(BadInput):
    """The body did not arrive in time; the sender may try again over a faster line."""

    code = "too_slow"
    http_status = 408


class WrongType(BadInput):
    """The body is of a kind that this address does not take."""

    code = "wrong_type"
    http_status = 415


class NoToken(Refused):
    """The request names no token that this service knows; unknown and expired ones look the same."""

    code = "token"
    http_status = 401


class NotAllowed(Refused):
    """The token is known, and its roles do not reach to here."""

    code = "role"
    http_status = 403


class Unreadable(BadInput):
    """The file is broken, cut off, locked, or of a kind that holds media and is not opened."""

    code = "unreadable"


class LimitHit(BadInput):
    """The file asks for more than one upload may: pixels, frames, time, or what comes out of an archive."""

    code = "limit"


class Busy(Unavailable):
    """Too much is in hand, or this caller asks too often; the same request may be sent again later."""

    code = "busy"
    http_status = 429


class Fault(Unavailable):
    """A fault of our own that nobody foresaw; the log line ``request_failed`` names its place."""

    code = "fault"
    http_status = 500


#: What each trouble of the sandbox is here, and what would be right.
_TROUBLES: dict[TroubleKind, tuple[type[BadInput], str]] = {
    "unreadable": (Unreadable, "a whole, unlocked picture, film or archive"),
    "refused": (LimitHit, "a file within the limits of the profile web"),
    "not_media": (WrongType, "a picture, film or archive; ask for any other file by its SHA-256"),
}


def unreadable(trouble: Trouble) -> BadInput:
    """The error for an upload that could not be looked at wholly, and that no list knows."""
    kind, right = _TROUBLES[trouble.kind]
    return kind(trouble.reason, field="body", right=right)


def problem_of(error: TutelaError) -> dict[str, Any]:
    """The JSON object of an error: code, field, message, and what would be right."""
    said = error.message if isinstance(error, Invalid) else ""
    return {
        "code": error.code,
        "field": getattr(error, "field", ""),
        "message": error.message,
        "right": getattr(error, "right", said),
    }


def answer_of(error: TutelaError, **beside: Any) -> Response:
    """The answer for an error: its status, its JSON, and ``beside`` it what a caller may need to judge it."""
    return JSONResponse(
        {"error": problem_of(error), **beside}, status_code=error.http_status, headers=headers_of(error)
    )


def headers_of(error: TutelaError) -> dict[str, str]:
    """``Retry-After`` in whole seconds (RFC 9110, 10.2.3), ``WWW-Authenticate`` (RFC 6750, 3)."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, Unavailable):
        seconds = error.retry_after_seconds
        headers["Retry-After"] = str(max(1, math.ceil(RETRY_AFTER_SECONDS if seconds is None else seconds)))
    if isinstance(error, NoToken):
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def in_words(error: dict[str, Any]) -> str:
    """The fields of ``problem_of`` as one sentence, for shapes that have room for no more."""
    field, message, right = error["field"], error["message"], error["right"]
    told = f" (right: {right})" if right and right != message else ""
    return (f"{field}: " if field else "") + f"{message}{told}"


def shape_fields(untrusted_path: str, error: dict[str, Any]) -> dict[str, str]:
    """What stands beside the error for the clients that ask at this address; nothing for our own."""
    return {name: in_words(error) for path, name in _SHAPES if path.fullmatch(untrusted_path)}


def fault_at(untrusted_path: str) -> Response:
    """The answer for a fault that nobody foresaw, at this address."""
    fault = Fault("a fault of the service")
    return answer_of(fault, **shape_fields(untrusted_path, problem_of(fault)))


async def on_error(request: Request, error: Exception) -> Response:
    """Starlette's handler for the four families."""
    path = request.scope.get("path", "")
    if not isinstance(error, TutelaError):
        return fault_at(path)
    return answer_of(error, **shape_fields(path, problem_of(error)))


async def on_http(request: Request, error: Exception) -> Response:
    """Starlette's handler for what its router refuses: no such address, wrong method."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    code, message, right = _PLAIN.get(
        status, ("refused", "the request cannot be answered", "see /openapi.json")
    )
    headers = dict(getattr(error, "headers", None) or {})
    said = {"code": code, "field": "", "message": message, "right": right}
    body = {"error": said, **shape_fields(request.scope.get("path", ""), said)}
    return JSONResponse(body, status_code=status, headers=headers)


#: What ``Starlette(exception_handlers=...)`` takes.
HANDLERS: dict[Any, Any] = {TutelaError: on_error, HTTPException: on_http}
