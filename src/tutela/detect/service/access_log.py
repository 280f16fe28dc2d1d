"""Around every request: its number in the figures, its line in the log, and the last resort for a fault.

A line holds ids, the name of the route, the status and milliseconds; never an address, since the first
part of one may be a token (decisions.md section 9).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tutela.detect.service.figures import Figures
from tutela.detect.service.problems import fault_at
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.ids import new_id
from tutela.kernel.log import get_logger, is_declared, is_written

#: The name of everything that is no route.
NO_ROUTE = "other"
_log = get_logger("service")


class Recorded:
    """ASGI middleware; stands outside of everything but the framework's own last resort."""

    def __init__(
        self, app: ASGIApp, *, figures: Figures, routes: Iterable[BaseRoute], clock: Clock | None = None
    ) -> None:
        self._app, self._figures = app, figures
        self._clock = SystemClock() if clock is None else clock
        self._names = {id(route.endpoint): route.name for route in leaves(routes)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request and takes note of how."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send=send)
        begun_seconds = self._clock.monotonic_seconds()
        try:
            await self._app(scope, receive, answer)
        except Exception:  # noqa: BLE001 - the one last resort of this process: a fault must not end it
            _log.exception("request_failed")
            if not answer.status:
                await fault_at(scope["path"])(scope, receive, answer)
        finally:
            self._note(scope, answer.status, self._clock.monotonic_seconds() - begun_seconds)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = self._names.get(id(scope.get("endpoint")), NO_ROUTE)
        self._figures.request(route, status, seconds)
        if is_written("info"):
            _log.info(
                "request_answered",
                request=new_id("req_"),
                caller=scope.get("state", {}).get("caller_id"),
                route=route if is_declared(route) else NO_ROUTE,
                status=status,
                milliseconds=round(seconds * 1_000, 1),
            )


@dataclass(kw_only=True, slots=True)
class _Answer:
    """A ``send`` that remembers the status; 0 while nothing was sent, which a sender who left keeps."""

    send: Send
    status: int = field(default=0)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self.send(message)


def leaves(routes: Iterable[BaseRoute]) -> list[Route]:
    """The routes that answer, those inside mounts included."""
    found: list[Route] = []
    for route in routes:
        if isinstance(route, Route):
            found.append(route)
        elif isinstance(route, Mount):
            found += leaves(route.routes)
    return found
