"""All routes of HMA's shape, below ``/hma/<token>``. Off unless the operator enables them.

An address here holds a token: it stands in no log, no answer and no metric; routes are known by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from tutela.detect.service.hma import bank_contents, banks, hashing, lookup, status
from tutela.detect.service.hma.answers import said
from tutela.detect.service.hma.rules import HmaRules
from tutela.detect.service.hma.shape import BASE, Hma
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.running import Service

declare_words("hma_elsewhere")
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


def routes(service: Service, rules: HmaRules | None = None) -> list[BaseRoute]:
    """The routes, none while the shape is not enabled. Raises Invalid for an unknown signal type."""
    rules = HmaRules() if rules is None else rules
    if not rules.enabled:
        return []
    hma = Hma(service=service, rules=rules, signals=rules.signals())
    answering = [
        *status.routes(hma),
        *hashing.routes(hma),
        *lookup.routes(hma),
        *banks.routes(hma),
        *bank_contents.routes(hma),
    ]

    async def elsewhere(request: Request) -> Response:
        return await _elsewhere(answering, request)

    rest = Route(BASE + "/{rest:path}", elsewhere, methods=_METHODS, name="hma_elsewhere")
    return [*answering, rest]


async def _elsewhere(answering: Sequence[Route], request: Request) -> Response:
    """What Flask would say, as HMA's JSON: no such path, or not with this method.

    Slashes that stand twice count once, as Flask's clients expect: Coop's own base address ends in one and
    gets another. Flask redirects there; here that would repeat the address, which holds a token.
    """
    asked = {**request.scope, "path": re.sub("/{2,}", "/", request.scope["path"])}
    allowed: set[str] = set()
    for one in answering:
        match, found = one.matches(asked)
        if match is Match.FULL:
            request.scope.update(found)
            answer: Response = await one.endpoint(request)
            return answer
        if match is Match.PARTIAL:
            allowed |= one.methods or set()
    if not allowed:
        return said({"message": "not found; GET site-map names what is answered here"}, 404)
    refusal = said({"message": "method not allowed"}, 405)
    refusal.headers["Allow"] = ", ".join(sorted(allowed))
    return refusal
