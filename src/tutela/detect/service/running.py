"""What one process of the service runs on: settings, tokens, lists, matcher, change log, watch, figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import Request

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.media.shapes import WEB, Limits
from tutela.detect.service.problems import NotAllowed, NoToken
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Refused

if TYPE_CHECKING:
    from tutela.detect.matching.parts import OpenList

P = ParamSpec("P")
T = TypeVar("T")
#: Threads for short blocking work: files, the change log, tokens (our own; media work has its own).
SHORT_THREADS = 16


class Caller(Protocol):
    """What is needed of ``roles.Caller``."""

    @property
    def name(self) -> str:
        """The name under which the token was given out."""

    def require(self, role: Any) -> None:
        """Returns when the caller has the role; raises Refused otherwise."""


class Tokens(Protocol):
    """What is needed of ``tokens.TokenBook``."""

    def caller(self, untrusted_token: str) -> Any:
        """Who holds the token. Raises Refused with the same face for unknown and expired."""


class Watch(Protocol):
    """What is needed of ``probing.Watch``."""

    def query(self, caller: Any, prints: Sequence[Fingerprint], *, met: bool, now_seconds: float) -> None:
        """Takes note of one query. Raises Refused when the caller is cut off."""


class Applied(Protocol):
    """What is needed of ``shelf.Applied``: how far this replica is."""

    @property
    def sequence(self) -> int:
        """Number of the last change that is live here."""

    @property
    def behind_seconds(self) -> float:
        """Age of the oldest change that is not."""

    @property
    def holds(self) -> Any:
        """Lists that are held, by name."""


class Shelf(Protocol):
    """What is needed of ``shelf.Shelf``: the lists as this process sees them."""

    def names(self) -> Sequence[str]:
        """Names of the lists that are there."""

    def lists(self, names: Sequence[str] = ()) -> Sequence[OpenList]:
        """The enabled lists of these names, all without any."""

    def applied(self) -> Applied:
        """How far this replica is."""


@dataclass(kw_only=True, slots=True, eq=False)
class Service:
    """One process's parts. Route modules take it and give routes; nothing else is shared between them."""

    settings: ServiceSettings
    tokens: Tokens
    shelf: Any
    matcher: Any
    log: Any
    watch: Watch
    metrics: Any
    clock: Clock = field(default_factory=SystemClock)
    #: Limits of the profile web, for the size of films.
    limits: Limits = WEB
    short_work: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(SHORT_THREADS))

    async def in_thread(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``function`` returns; it runs in one of a few threads and may block for a moment."""
        return await anyio.to_thread.run_sync(partial(function, *args, **kwargs), limiter=self.short_work)

    async def caller(self, request: Request, role: str) -> Any:
        """Who asks, by the header ``Authorization: Bearer``. Raises NoToken (401), NotAllowed (403)."""
        scheme, _, untrusted_token = request.headers.get("authorization", "").partition(" ")
        return await self.caller_of(untrusted_token.strip() if scheme.lower() == "bearer" else "", role)

    async def caller_of(self, untrusted_token: str, role: str) -> Any:
        """Who holds the token, if it has the role. Raises NoToken (401), NotAllowed (403)."""
        try:
            caller = await self.in_thread(self.tokens.caller, untrusted_token)
        except Refused as error:
            raise NoToken("a valid token is needed: Authorization: Bearer TOKEN") from error
        try:
            caller.require(role)
        except Refused as error:
            raise NotAllowed(f"the token lacks the role {role}") from error
        return caller
