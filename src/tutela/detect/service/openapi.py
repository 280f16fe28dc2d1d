"""The description of the native API (OpenAPI 3.1), served without a token at ``/openapi.json``.

It is written by hand in the file ``openapi.json``. The tests send its examples to the application and
compare what comes back, and hold its limits against those in the code.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.running import Service

declare_words("openapi")


@cache
def text() -> bytes:
    """The document as it is delivered."""
    return (files("tutela.detect.service") / "openapi.json").read_bytes()


def document() -> dict[str, Any]:
    """The document, parsed afresh."""
    parsed: dict[str, Any] = json.loads(text())
    return parsed


def routes(_service: Service) -> list[BaseRoute]:
    """``GET /openapi.json``."""

    async def openapi(_request: Request) -> Response:
        return Response(text(), media_type="application/json", headers={"Cache-Control": "no-cache"})

    return [Route("/openapi.json", openapi, methods=["GET"], name="openapi")]
