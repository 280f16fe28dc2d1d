"""The public's pages: report and receipt. No script, no cookie, nothing kept of who asks."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tutela.hotline.intake.actions import UnclearReport, receive_report
from tutela.hotline.intake.languages import chosen_language
from tutela.hotline.intake.pages import render_page
from tutela.hotline.intake.queries import standing_of
from tutela.hotline.intake.sentences import TOO_LARGE, sentences
from tutela.hotline.intake.untrusted import readable
from tutela.hotline.routes import open_page
from tutela.kernel.errors import Unavailable

#: Seconds after which a reporter may try again where nobody knows better.
RETRY_SECONDS = 30


@open_page("anybody may report")
@require_safe
def first_page(_request: HttpRequest) -> HttpResponse:
    """The way to the report page."""
    return HttpResponseRedirect(reverse("report"))


@open_page("anybody may report, without saying who they are")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, the form with what to mend, or the receipt."""
    try:
        form = request.POST
    except RequestDataTooBig:
        return render_page(request, "intake/report.html", {"errors": {"addresses": [TOO_LARGE]}}, status=413)
    if request.method != "POST" or "language" in form:
        return render_page(request, "intake/report.html", _typed(request))
    try:
        receipt = receive_report(form.dict(), language=chosen_language(request))
    except UnclearReport as unclear:
        mend = _typed(request) | sentences(unclear.complaints)
        return render_page(request, "intake/report.html", mend, status=422)
    except Unavailable as failed:
        return _later(request, failed)
    return render_page(request, "intake/received.html", {"words": receipt.words.split(" ")})


@open_page("whoever holds a receipt may ask how far the report is")
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """The form for the seven words, or how far the report is; one answer for every receipt that is none."""
    if request.method != "POST" or "language" in request.POST:
        return render_page(request, "intake/receipt.html", {"asked": False})
    standing = standing_of(request.POST.get("receipt", ""))
    return render_page(request, "intake/receipt.html", {"asked": True, "standing": standing})


def _later(request: HttpRequest, failed: Unavailable) -> HttpResponse:
    """The form with what was typed, and that nothing was taken in."""
    response = render_page(request, "intake/report.html", _typed(request) | {"failed": True}, status=503)
    response.headers["Retry-After"] = str(int(failed.retry_after_seconds or RETRY_SECONDS))
    return response


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, to be shown again; control characters as pictures."""
    return {
        "addresses": readable(request.POST.get("addresses", "")),
        "text": readable(request.POST.get("text", "")),
        "urgent": bool(request.POST.get("urgent")),
    }
