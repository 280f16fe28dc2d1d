"""The application of one service process: routes of all shapes, errors as JSON, numbers and access log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware

from tutela.detect.service import arachnid, feed, hooks_api, lists_api, native, openapi, vitals
from tutela.detect.service.access_log import Recorded, leaves
from tutela.detect.service.hma import routes as hma
from tutela.detect.service.hma.rules import HmaRules
from tutela.detect.service.problems import HANDLERS
from tutela.detect.service.running import Service

__all__ = ["Service", "build"]


def build(service: Service) -> Starlette:
    """The application over the parts that were given; it closes them when the server ends it."""
    routes = [
        *native.routes(service),
        *lists_api.routes(service),
        *(hooks_api.routes(service, service.hooks) if service.hooks is not None else ()),
        *openapi.routes(service),
        *hma.routes(service, HmaRules(**service.settings.hma.model_dump())),
        *arachnid.routes(service),
        *feed.routes(service),
        *vitals.routes(service),
    ]
    service.figures.know_routes(route.name for route in leaves(routes))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        folder = service.figures_folder
        try:
            async with anyio.create_task_group() as group:
                if folder is not None:
                    group.start_soon(vitals.keep_telling, service, folder)
                yield
                group.cancel_scope.cancel()
            if folder is not None:
                await vitals.tell_figures(service, folder)
        finally:
            await service.in_thread(service.close)

    recorded = Middleware(Recorded, figures=service.figures, routes=routes, clock=service.clock)
    app = Starlette(routes=routes, exception_handlers=HANDLERS, middleware=[recorded], lifespan=lifespan)
    app.router.redirect_slashes = False  # a redirect would repeat the address, which may hold a token
    return app
