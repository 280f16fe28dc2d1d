"""All routes of HMA's shape, below ``/hma/<token>``. Off unless the operator enables them.

An address here holds a token: it stands in no log, no answer and no metric; routes are known by name.
"""

from __future__ import annotations

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
        """What Flask would say, as HMA's JSON: no such path, or not with this method."""
        known = any(one.matches(request.scope)[0] is Match.PARTIAL for one in answering)
        return said({"message": "method not allowed" if known else "not found"}, 405 if known else 404)

    rest = Route(BASE + "/{rest:path}", elsewhere, methods=_METHODS, name="hma_elsewhere")
    return [*answering, rest]
