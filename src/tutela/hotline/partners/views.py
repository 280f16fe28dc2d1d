"""Pages about referrals and partners. No address of an item: what a referral says is sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tutela.hotline.cases.access import access_item
from tutela.hotline.ledger.actors import Actor, person
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.partners import queries
from tutela.hotline.partners.access import access_referral
from tutela.hotline.partners.actions import (
    confirm_partner,
    name_partner,
    queue_referral,
    record_answer,
    record_arrived,
    retry_referral,
)
from tutela.hotline.partners.actions.queueing import access_usable
from tutela.hotline.partners.forms import AnswerForm, ChosenForm, PartnerForm, ReferForm
from tutela.hotline.partners.outcomes import outcomes_for
from tutela.hotline.partners.words import (
    GROUND_NAMES,
    HOW_NAMES,
    KIND_NAMES,
    OUTCOME_NAMES,
    SENTENCES,
    STATE_NAMES,
    TROUBLE_NAMES,
)
from tutela.hotline.routes import for_act
from tutela.kernel.errors import TutelaError

#: Entries of the ledger that one page shows.
ENTRIES_MAX = 50
#: The words of all these pages.
_WORDS: dict[str, Any] = {
    "states": STATE_NAMES,
    "kinds": KIND_NAMES,
    "hows": HOW_NAMES,
    "grounds": GROUND_NAMES,
    "outcomes": OUTCOME_NAMES,
    "troubles": TROUBLE_NAMES,
    "sentences": SENTENCES,
}


@for_act("see_referrals")
def referrals(request: HttpRequest) -> HttpResponse:
    """The list of referrals, the newest first."""
    form = ChosenForm(request.GET)
    state, start = form.chosen() or ("", 0)
    rows = queries.referral_rows(state, start=start)
    more = start + queries.ROWS_MAX if len(rows) > queries.ROWS_MAX else None
    shown = {"form": form, "rows": rows[: queries.ROWS_MAX], "next": more, "counts": queries.counts()}
    return render(request, "partners/referrals.html", _WORDS | shown)


@for_act("see_referrals", write="send_referral")
def referral(request: HttpRequest, untrusted_referral: str) -> HttpResponse:
    """One referral; its forms write an answer down, have it tried again, or say that it arrived."""
    form = AnswerForm(request.POST if "outcome" in request.POST else None)
    if request.method == "POST" and (form.is_valid() or not form.is_bound):
        _steer(request, lambda: _written(request, untrusted_referral, form))
        return redirect("referral", untrusted_referral)
    row = access_referral(untrusted_referral)
    shown = {"row": row, "form": form, "items": row.items.order_by("pk")}
    shown["history"] = entries_about(row.public_id, ENTRIES_MAX)
    return render(request, "partners/referral.html", _WORDS | shown)


@for_act("send_referral", write="send_referral")
def refer(request: HttpRequest, untrusted_item: str) -> HttpResponse:
    """The form by which an item is referred."""
    item = access_item(untrusted_item)
    form = ReferForm(request.POST or None)
    if form.is_valid():
        made = _steer(request, lambda: _queued(request, untrusted_item, form))
        if made:
            return redirect("referral", made)
    shown = {"item": item, "form": form, "rows": queries.referrals_of(item.public_id)}
    return render(request, "partners/refer.html", _WORDS | shown)


@for_act("see_items")
def outcomes(request: HttpRequest) -> HttpResponse:
    """What partners answered about cases that the reader worked on or handed over."""
    return render(request, "partners/outcomes.html", _WORDS | {"rows": outcomes_for(_actor(request).name)})


@for_act("see_referrals", write="change_partners")
def partners(request: HttpRequest) -> HttpResponse:
    """Who may be handed cases; its forms name one more, or confirm one that somebody else named."""
    form = PartnerForm(request.POST if "name" in request.POST else None)
    is_ready = request.method == "POST" and (form.is_valid() or not form.is_bound)
    if is_ready and _steer(request, lambda: _changed(request, form)):
        return redirect("partners")
    return render(request, "partners/partners.html", _WORDS | {"form": form, "rows": queries.partner_rows()})


def _written(request: HttpRequest, untrusted_referral: str, form: AnswerForm) -> str:
    if not form.is_bound and "arrived" in request.POST:
        record_arrived(untrusted_referral, actor=_actor(request))
        return _("It is written down that it arrived.")
    if not form.is_bound:
        retry_referral(untrusted_referral, actor=_actor(request))
        return _("It is in line again.")
    outcome, reference = form.cleaned_data["outcome"], form.cleaned_data["reference"]
    record_answer(untrusted_referral, outcome, actor=_actor(request), untrusted_reference=reference)
    return _("The answer is written down.")


def _queued(request: HttpRequest, untrusted_item: str, form: ReferForm) -> str:
    item, chosen = access_item(untrusted_item), form.cleaned_data
    items = queries.together_with(item) if chosen["together"] else [item]
    partner = access_usable(chosen["partner"])
    made = queue_referral(items, partner, grounds=chosen["grounds"], actor=_actor(request))
    return made.public_id


def _changed(request: HttpRequest, form: PartnerForm) -> str:
    if form.is_bound:
        name_partner(form.partner(), actor=_actor(request))
        return _("The partner is named.")
    confirm_partner(request.POST.get("partner", ""), actor=_actor(request))
    return _("The partner is confirmed: cases may be handed to it now.")


def _steer(request: HttpRequest, act: Callable[[], str]) -> str:
    """What ``act`` says, or nothing where it was refused: the page says why."""
    try:
        said = act()
    except TutelaError as error:
        messages.error(request, error.public_message())
        return ""
    messages.success(request, _("The referral is in line.") if said.startswith("ref_") else said)
    return said


def _actor(request: HttpRequest) -> Actor:
    """Whoever is signed in; the gate let nobody else in."""
    return person(str(getattr(request.user, "public_id", "")))
