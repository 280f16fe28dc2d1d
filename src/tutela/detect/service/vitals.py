"""Is it alive, is it ready, what are its numbers: for the machine that restarts, routes and measures."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tutela.detect.service.figure_sums import TELL_SECONDS, tell, together
from tutela.detect.service.figures import JOINED
from tutela.kernel.errors import TutelaError
from tutela.kernel.log import declare_words, get_logger

if TYPE_CHECKING:
    from tutela.detect.service.matcher import Freshness
    from tutela.detect.service.running import Service

declare_words("health", "ready", "metrics")
#: Content type of Prometheus' text format (prometheus.io, exposition formats).
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_log = get_logger("service")
_NO_STORE = {"Cache-Control": "no-store"}


def routes(service: Service) -> list[BaseRoute]:
    """``GET /health``, ``/ready``, ``/metrics``."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "alive"}, headers=_NO_STORE)

    async def ready(_request: Request) -> Response:
        fields = await service.in_thread(readiness, service)
        return JSONResponse(fields, status_code=200 if fields["ready"] else 503, headers=_retry(fields))

    async def metrics(request: Request) -> Response:
        if not service.settings.metrics_open:
            await service.caller(request, "statistics")
        text = await own_figures(service)
        if service.figures_folder is not None:
            text = await service.in_thread(together, service.figures_folder, text, JOINED)
        return Response(text, headers={**_NO_STORE, "Content-Type": _EXPOSITION})

    return [
        Route("/health", health, methods=["GET"], name="health"),
        Route("/ready", ready, methods=["GET"], name="ready"),
        Route("/metrics", metrics, methods=["GET"], name="metrics"),
    ]


async def own_figures(service: Service) -> bytes:
    """The numbers of this process in Prometheus' text format."""
    freshness = await service.in_thread(_freshness, service)
    await service.in_thread(_count_hooks, service)
    counts = getattr(service.matcher.pool, "counts", None)
    return service.figures.exposition(service.admission, freshness, counts)


async def keep_telling(service: Service, folder: Path) -> None:
    """Never returns: writes this process's numbers for the others about once a second, until cancelled."""
    while True:
        await tell_figures(service, folder)
        await anyio.sleep(TELL_SECONDS)


async def tell_figures(service: Service, folder: Path) -> None:
    """Returns when this process's numbers are written, or the log says that they are not."""
    try:
        await service.in_thread(tell, folder, await own_figures(service))
    except Exception:  # noqa: BLE001 - a last resort: numbers that cannot be told must not end a service
        _log.exception("figures_unwritten")


def readiness(service: Service) -> dict[str, Any]:
    """Whether this process should be asked, why not, and what somebody should look at all the same.

    A held list is an alarm and no reason: its old state goes on answering, and it is held on every replica,
    so that taking them all out would answer nothing at all. Names of lists are not told: no token is asked.
    """
    freshness = _freshness(service)
    sandbox, alarms = _sandbox(service)
    reasons = [*_behind(service, freshness), *_lists(service), *sandbox]
    if freshness is not None and freshness.held:
        alarms.append(_said("held", f"lists held in an older state: {len(freshness.held)}"))
    if freshness is not None and freshness.stale:
        alarms.append(_said("stale", f"lists out of date, expired or unreadable: {len(freshness.stale)}"))
    fields: dict[str, Any] = {"ready": not reasons, "reasons": reasons, "alarms": alarms}
    if freshness is not None:
        fields["change"] = freshness.change
        fields["behind_seconds"] = round(freshness.behind_seconds, 3)
    return fields


def _freshness(service: Service) -> Freshness | None:
    try:
        return service.matcher.freshness()
    except TutelaError:
        return None


def _count_hooks(service: Service) -> None:
    """Measures the queue of web-hooks; one that is away for a moment leaves the last numbers."""
    if service.hooks is not None:
        with suppress(TutelaError):
            service.hooks.measure()


def _behind(service: Service, freshness: Freshness | None) -> list[dict[str, str]]:
    if freshness is None:
        return [_said("behind", "it cannot be told how far this replica is")]
    if freshness.behind_seconds <= service.settings.behind_seconds_max:
        return []
    return [_said("behind", f"{freshness.behind_seconds:.0f} seconds behind the change log")]


def _lists(service: Service) -> list[dict[str, str]]:
    try:
        return [] if service.shelf.lists() else [_said("lists", "no list is here yet")]
    except TutelaError:
        return [_said("lists", "the lists cannot be read")]


def _sandbox(service: Service) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Why uploads cannot be opened, and what is amiss though they are; a worker is asked once."""
    try:
        missing = service.matcher.missing_layers()
    except TutelaError:
        return [_said("sandbox", "no sandboxed media worker can be started")], []
    layers = f"layers of the sandbox that are missing: {', '.join(missing)}"
    return [], [_said("sandbox", layers)] if missing else []


def _said(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}


def _retry(fields: dict[str, Any]) -> dict[str, str]:
    return dict(_NO_STORE) if fields["ready"] else {**_NO_STORE, "Retry-After": "1"}
