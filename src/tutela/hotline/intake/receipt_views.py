"""The page for whoever holds a receipt: what became of the report, and something to add to it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tutela.hotline.intake.actions import UnclearReport, keep_report, read_form, written_in
from tutela.hotline.intake.forms import AGAIN, is_admitted, later, origin_of, typed_in
from tutela.hotline.intake.pages import form_page
from tutela.hotline.intake.queries import Standing, standing_of
from tutela.hotline.intake.receipts import receipt_for
from tutela.hotline.intake.sentences import TOO_LARGE, sentences
from tutela.hotline.intake.untrusted import readable
from tutela.hotline.routes import open_page
from tutela.kernel.errors import Unavailable


@open_page("whoever holds a receipt may ask how far the report is, and add to it")
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """The form for the seven words, or how far the report is; one answer for every receipt that is none."""
    try:
        sent = request.POST
    except RequestDataTooBig:
        return _page(request, {"errors": {"addresses": [TOO_LARGE]}}, 413)
    if request.method != "POST" or any(name in sent for name in AGAIN):
        return _page(request, {"asked": False})
    standing = standing_of(sent.get("receipt", ""))
    shown = {"asked": True, "standing": standing}
    if "add" not in sent:
        return _page(request, shown)
    return _add(request, shown, standing)


def _add(request: HttpRequest, shown: dict[str, Any], standing: Standing | None) -> HttpResponse:
    """The page after something was to be added: that it was, or why not, with what was typed."""
    fields = request.POST.dict()
    try:
        told = read_form(fields)
    except UnclearReport as unclear:
        return _page(request, shown | sentences(unclear.complaints), 422)
    if standing is None:
        return _page(request, shown)
    origin = origin_of(request, adds_to=standing.digest)
    written = written_in(fields, origin)
    if not is_admitted(fields, written):
        return _page(request, shown | {"waiting": True, "busy": True}, 429)
    own = receipt_for(fields.get("ticket", ""), written)
    try:
        keep_report(told, own, origin=origin, channel="web")
    except Unavailable as failed:
        return later(_page(request, shown | {"failed": True}, 503), failed)
    told_anew = standing_of(fields.get("receipt", ""))
    emptied = {"addresses": "", "text": "", "urgent": False}
    return _page(request, shown | emptied | {"added": True, "standing": told_anew})


def _page(request: HttpRequest, shown: dict[str, Any], status: int = 200) -> HttpResponse:
    typed: dict[str, Any] = {}
    if request.method == "POST" and status != 413:
        typed = typed_in(request) | {"receipt": readable(request.POST.get("receipt", ""))}
    return form_page(request, "intake/receipt.html", typed | shown, status=status)
