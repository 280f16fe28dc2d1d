"""The forms of the ways in: shown, sent, mended, made to wait, and taken in. One flow for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from tutela.hotline.intake.actions import FIELDS, UnclearReport, keep_report, read_form, written_in
from tutela.hotline.intake.crowd import WAIT_SECONDS, Attempt, crowd
from tutela.hotline.intake.languages import chosen_language
from tutela.hotline.intake.pages import form_page, render_page
from tutela.hotline.intake.portals import portal_of
from tutela.hotline.intake.prepared import Origin
from tutela.hotline.intake.receipts import Receipt, receipt_for
from tutela.hotline.intake.sentences import TOO_LARGE, sentences
from tutela.hotline.intake.untrusted import Told, readable
from tutela.hotline.intake.ways import Way
from tutela.kernel.errors import Unavailable
from tutela.kernel.log import get_logger

_log = get_logger("intake")
#: Seconds after which a reporter may try again where nobody knows better.
RETRY_SECONDS = 30
#: Names of buttons and choices that show the form again and send nothing.
AGAIN = ("language", "choose")


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One form: its way in, its template, and what else belongs to it and comes back with it."""

    way: Way
    template: str
    channel: str = "web"
    sender: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


def answer_form(request: HttpRequest, form: Form) -> tuple[HttpResponse, Receipt | None]:
    """The page that answers, and the receipt where a report was taken in."""
    try:
        sent = request.POST
    except RequestDataTooBig:
        return _page(request, form, {"errors": {"addresses": [TOO_LARGE]}}, 413), None
    if request.method != "POST" or any(name in sent for name in AGAIN):
        return _page(request, form, {}), None
    fields = sent.dict() | {"way": form.way}
    try:
        told = read_form(fields)
    except UnclearReport as unclear:
        return _page(request, form, sentences(unclear.complaints), 422), None
    return _take_in(request, form, fields, told)


def _take_in(
    request: HttpRequest, form: Form, fields: dict[str, str], told: Told
) -> tuple[HttpResponse, Receipt | None]:
    origin = origin_of(request, sender=form.sender)
    written = written_in(fields, origin)
    if not is_admitted(fields, written):
        return _wait(request, form), None
    receipt = receipt_for(fields.get("ticket", ""), written)
    try:
        keep_report(told, receipt, origin=origin, channel=form.channel)
    except Unavailable as failed:
        return later(_page(request, form, {"failed": True}, 503), failed), None
    words = () if fields.get("no_receipt") else receipt.words.split(" ")
    shown = {"words": words, "way": form.way, "urgent": told.urgent}
    return render_page(request, "intake/received.html", shown), receipt


def origin_of(request: HttpRequest, *, sender: str = "", adds_to: str = "") -> Origin:
    """Where a report of this request comes from."""
    portal = portal_of(request).key
    return Origin(language=chosen_language(request), portal=portal, sender=sender, adds_to=adds_to)


def is_admitted(fields: dict[str, str], written: bytes) -> bool:
    """Whether what was sent is to be taken in now, or its sender waits."""
    attempt = Attempt(
        untrusted_ticket=fields.get("ticket", ""),
        untrusted_number=fields.get("number", ""),
        written=written,
        urgent=bool(fields.get("urgent")),
    )
    return crowd().admit(attempt)


def later(response: HttpResponse, failed: Unavailable) -> HttpResponse:
    """The page, with the time after which it may be tried again."""
    response.headers["Retry-After"] = str(int(failed.retry_after_seconds or RETRY_SECONDS))
    return response


def _wait(request: HttpRequest, form: Form) -> HttpResponse:
    """The form with what was typed, a ticket to wait with, and a puzzle for browsers that run scripts."""
    response = _page(request, form, {"waiting": True, "busy": True}, 429)
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    asked = crowd().news()
    if asked:
        _log.warning("intake_crowded", asked_to_wait=asked)
    return response


def _page(request: HttpRequest, form: Form, shown: dict[str, Any], status: int = 200) -> HttpResponse:
    typed = typed_in(request) if request.method == "POST" and status != 413 else {}
    fixed = {**form.extra, **typed, "way": form.way}  # which way in it is says the address, not the form
    return form_page(request, form.template, fixed | shown, status=status)


def typed_in(request: HttpRequest) -> dict[str, Any]:
    """What was typed, to be shown again; control characters as pictures."""
    typed: dict[str, Any] = {name: readable(request.POST.get(name, "")) for name in FIELDS}
    return typed | {name: bool(request.POST.get(name)) for name in ("urgent", "no_receipt")}
