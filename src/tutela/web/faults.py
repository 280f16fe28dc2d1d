"""What a person sees when something goes wrong: what, why, and what to do; never values or traces."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tutela.hotline.intake.pages import render_page
from tutela.kernel.errors import TutelaError, Unavailable
from tutela.kernel.log import get_logger

_log = get_logger("web")
#: Seconds after which a page is asked for again that the database did not give (our own: it restarts in ten).
DATABASE_SECONDS = 10


class Faults:
    """Django middleware: the four families of errors become pages with their own status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error of ours; None leaves any other to the last resort, ``failed``."""
        if not isinstance(error, TutelaError):
            return None
        response = _page(request, status=error.http_status, reason=error.public_message())
        if isinstance(error, Unavailable) and error.retry_after_seconds is not None:
            response.headers["Retry-After"] = str(int(error.retry_after_seconds))
        return response


class PublicFaults(Faults):
    """Django middleware of the public's side: as ``Faults``, with that side's page."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error of ours, without its reason: that may be the staff's."""
        if not isinstance(error, TutelaError):
            return None
        return render_page(
            request, "intake/fault.html", {"status": error.http_status}, status=error.http_status
        )


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere, or to something the reader may not see: the same face."""
    return _page(request, status=404, reason=_("There is nothing here, or nothing that you may see."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that is no proper one, or whose session the database could not keep."""
    if _is_of_database(exception):
        return _without_database()
    return _page(request, status=400, reason=_("Your browser sent something that cannot be read."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what Django itself refuses."""
    return _page(request, status=403, reason=_("This is not allowed."))


def too_many(request: HttpRequest) -> HttpResponse:
    """The page for whoever tried to sign in too often, or for whom nobody could count it."""
    return _page(
        request, status=429, reason=_("Too many attempts to sign in. Wait five minutes, then try again.")
    )


def failed(request: HttpRequest) -> HttpResponse:
    """The last resort: a fault of tutela, or its database is away. The log has its place, the page none."""
    _log.exception("page_failed")
    if _is_of_database(sys.exc_info()[1]):
        return _without_database()
    return _page(request, status=500, reason=_("This is a fault of tutela, not of yours. It was noted."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that did not come from a page of ours, or came too late."""
    text = _(
        "The form was sent from another page, or the page was open for too long. Load it again, then send."
    )
    return _page(request, status=403, reason=text)


def _is_of_database(error: BaseException | None) -> bool:
    """Whether the database stands behind the error: Django makes a lost session of one that is locked."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__context__
    return False


def _without_database() -> HttpResponse:
    """A page without menu and name, which would ask the database too."""
    reason = _(
        "The database is busy or away. See whether your last step was done, then try again in a moment."
    )
    page = render_to_string("web/fault.html", {"reason": reason, "status": 503})
    return HttpResponse(page, status=503, headers={"Retry-After": str(DATABASE_SECONDS)})


def _page(request: HttpRequest, *, status: int, reason: str) -> HttpResponse:
    template = "web/refused.html" if status == 403 else "web/fault.html"
    return render(request, template, {"reason": reason, "status": status}, status=status)
