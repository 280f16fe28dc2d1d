"""The application of one service process: routes of all shapes, errors as JSON, numbers and access log."""

from __future__ import annotations

from starlette.applications import Starlette

from tutela.detect.service.problems import HANDLERS
from tutela.detect.service.running import Service

__all__ = ["Service", "build"]


def build(service: Service) -> Starlette:
    """The application over the parts that were given."""
    app = Starlette(routes=[], exception_handlers=HANDLERS)
    app.router.redirect_slashes = False  # a redirect would repeat the address, which may hold a token
    return app
