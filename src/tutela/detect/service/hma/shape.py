"""What all routes of HMA's shape share: the service, the rules, who may, and how an error looks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutela.detect.service.answers import freshness_headers
from tutela.detect.service.hma.answers import Denied, Wrong, failed
from tutela.detect.service.hma.changing import Changing
from tutela.detect.service.hma.numbers import Numbers
from tutela.detect.service.hma.rules import HmaRules
from tutela.detect.service.hma.signals import Signal
from tutela.detect.service.list_counts import CountsKeeper
from tutela.detect.service.problems import NoToken
from tutela.kernel.errors import Refused, TutelaError

if TYPE_CHECKING:
    from tutela.detect.service.roles import Caller
    from tutela.detect.service.running import Service
    from tutela.detect.service.shelf import Shelf

#: The path before HMA's own; its clients can change nothing but the base address (issue "Match service").
BASE = "/hma/{token}"
_TRUE, _FALSE = ("1", "on", "t", "true", "y", "yes"), ("0", "off", "f", "false", "n", "no")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hma:
    """One process's HMA shape."""

    service: Service
    rules: HmaRules
    signals: Mapping[str, Signal]
    numbers: Numbers = field(default_factory=Numbers)
    changing: Changing = field(default_factory=Changing)
    counts: CountsKeeper = field(default_factory=CountsKeeper)

    @property
    def shelf(self) -> Shelf:
        """The lists as this process sees them, with their states and entries."""
        return cast("Shelf", self.service.shelf)


Handler = Callable[[Hma, Request, "Caller"], Awaitable[Response]]


def route(hma: Hma, method: str, path: str, handler: Handler, *, curates: bool = False) -> Route:
    """A route below the token, for the role ``detail``, and ``curate`` too where it ``curates``.

    The access log names it by its handler (whose module declares the word) and never by the address,
    which holds the token.
    """

    async def answer(request: Request) -> Response:
        try:
            with hma.service.admission.place():
                caller = await _caller(hma, request, curates=curates)
                response = await handler(hma, request, caller)
        except TutelaError as error:
            return failed(error)
        response.headers.update(freshness_headers(getattr(request.state, "looked", ())))
        return response

    return Route(BASE + path, answer, methods=[method], name=handler.__name__)


async def _caller(hma: Hma, request: Request, *, curates: bool) -> Caller:
    try:
        caller = await hma.service.caller_of(request.path_params["token"], "detail", request=request)
    except NoToken as error:
        raise NoToken("a valid token is needed as the first part of the path, /hma/TOKEN") from error
    if curates:
        try:
            caller.require("curate")
        except Refused as error:
            raise Denied("changing banks needs a token with the roles detail and curate") from error
    return caller


def signal_named(hma: Hma, untrusted_name: str) -> Signal:
    """The enabled signal type of this name. Raises Wrong."""
    if untrusted_name not in hma.signals:
        raise Wrong(f"No such SignalType; enabled are {', '.join(hma.signals)}")
    return hma.signals[untrusted_name]


def flag(request: Request, name: str) -> bool:
    """A yes or no of the query, no when it is not there. Raises Wrong."""
    untrusted = request.query_params.get(name, "false").lower()
    if untrusted not in (*_TRUE, *_FALSE):
        raise Wrong(f"invalid boolean parameter {name} - prefer true/false")
    return untrusted in _TRUE
