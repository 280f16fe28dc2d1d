"""The API of partners and helplines: reports in, and links by which a child reports itself."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from tutela.hotline.intake.actions import UnclearReport, keep_report, read_form
from tutela.hotline.intake.forms import Form, answer_form, origin_of
from tutela.hotline.intake.models import SelfReportLink
from tutela.hotline.intake.pages import render_page
from tutela.hotline.intake.receipts import Receipt, build_receipt, receipt_of
from tutela.hotline.intake.self_reports import open_link, open_links, use_link
from tutela.hotline.intake.senders import sender_by_token, sender_of
from tutela.hotline.intake.shapes import ASELO_AGES, parse_handed
from tutela.hotline.routes import open_page
from tutela.hotline.settings import SenderSettings
from tutela.kernel.errors import Invalid, Refused, TutelaError, Unavailable

#: Status of a refusal: who asks knows that the API is there, and lacks a token (RFC 9110, 15.5.2).
UNAUTHORIZED = 401


@open_page("a partner shows its token")
@require_POST
def reports(request: HttpRequest) -> HttpResponse:
    """The receipt of a report that a partner handed in, after it is durable."""
    try:
        return _take_in(request, sender_of(request))
    except RequestDataTooBig:
        return _wrong(Invalid("is too large: send it in parts", field="body"))
    except TutelaError as error:
        return _wrong(error)


def _take_in(request: HttpRequest, sender: SenderSettings) -> HttpResponse:
    handed = parse_handed(request.body)
    fields = dict(handed.fields)
    if not sender.urgent:
        fields.pop("urgent", None)
    told = read_form(fields)
    if handed.test:
        return _answer({"test": True}, "TEST", aselo=handed.aselo)
    receipt = _receipt(request, sender)
    keep_report(told, receipt, origin=origin_of(request, sender=sender.name), channel="api")
    return _answer({"receipt": receipt.words}, receipt.words, aselo=handed.aselo)


def _receipt(request: HttpRequest, sender: SenderSettings) -> Receipt:
    """A new receipt; the same one where the same body comes again under its ``Idempotency-Key``."""
    key = request.headers.get("idempotency-key", "")
    if not key:
        return build_receipt()
    owned = f"{sender.token_sha256}\x00{key}\x00".encode("utf-8", "replace")
    return receipt_of(hashlib.sha256(owned + request.body).digest())


def _answer(body: dict[str, Any], reference: str, *, aselo: bool) -> JsonResponse:
    """201; to Aselo as its screens read it: a reference under the service's name."""
    shown = {"IWFReportService1.0": {"responseData": reference}} if aselo else body
    return JsonResponse(shown, status=201)


@open_page("a helpline shows its token")
@require_POST
def self_reports(request: HttpRequest) -> HttpResponse:
    """The token of a link by which a child reports itself, in the shape that Aselo asks for."""
    try:
        sender = sender_by_token(request.POST.get("secret_key", ""))
        age = request.POST.get("user_age_range", "")
        if age and age not in ASELO_AGES:
            raise Invalid(f"is one of {', '.join(ASELO_AGES)}", field="user_age_range")
        token = open_link(sender.name, ASELO_AGES.get(age, ""), request.POST.get("case_number", ""))
    except TutelaError as error:
        status = UNAUTHORIZED if isinstance(error, Refused) else error.http_status
        return JsonResponse({"result": "Error", "message": error.public_message()}, status=status)
    return JsonResponse({"result": "OK", "message": {"access_token": token}})


@open_page("a child to whom a helpline gave the link reports itself")
def self_report(request: HttpRequest) -> HttpResponse:
    """The form *it is me*, for a link that works; else where the same form is without a link.

    Aselo writes the address as ``/t?=TOKEN``, with a parameter that has no name.
    """
    token = request.POST.get("link", "") or request.GET.get("", "") or request.GET.get("t", "")
    link = open_links(token)
    if link is None:
        return render_page(request, "intake/link_gone.html", {"way": "self"}, status=404)
    response, receipt = answer_form(request, _form_of(link, token))
    if receipt is not None:
        use_link(link, receipt.digest)
    return response


def _form_of(link: SelfReportLink, token: str) -> Form:
    extra = {"link": token, "age": link.age}
    return Form(
        way="self", template="intake/young.html", channel="self_report", sender=link.sender, extra=extra
    )


def _wrong(error: TutelaError) -> JsonResponse:
    """The error as JSON: code, field, what would be right; never what was sent."""
    said: dict[str, Any] = {"code": error.code, "message": error.public_message()}
    if isinstance(error, Invalid):
        said |= {"field": error.field}
    if isinstance(error, UnclearReport):
        said |= {"lines": [{"line": one.line, "problem": one.problem} for one in error.complaints]}
    status = UNAUTHORIZED if isinstance(error, Refused) else error.http_status
    response = JsonResponse({"error": said}, status=status)
    if isinstance(error, Refused):
        response.headers["WWW-Authenticate"] = 'Bearer realm="reports"'
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(int(error.retry_after_seconds or 30))
    return response
