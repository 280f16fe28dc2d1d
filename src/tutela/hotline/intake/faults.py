"""What the public sees when something goes wrong: what, and what to do; never values or traces."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from tutela.hotline.intake.pages import render_page
from tutela.kernel.log import get_logger

_log = get_logger("intake")
#: Seconds after which somebody may ask again whom the database kept from an answer (our own).
RETRY_SECONDS = 30


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere."""
    return render_page(request, "intake/fault.html", {"status": 404}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that is no proper one."""
    return render_page(request, "intake/fault.html", {"status": 400}, status=400)


def failed(request: HttpRequest) -> HttpResponse:
    """The last resort: a fault of tutela. The log has its place, the page has none of it."""
    _log.exception("public_page_failed")
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render_page(request, "intake/fault.html", {"status": 500}, status=500)
    response = render_page(request, "intake/fault.html", {"status": 503}, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
