"""The page about contacts: what look-ups propose, the house's book, and how many places wait. No address of a
place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.routes import for_act
from tutela.hotline.takedown.access import access_form
from tutela.hotline.takedown.actions import approve_contact, refuse_contact
from tutela.hotline.takedown.actions.filling import record_form_filled
from tutela.hotline.takedown.actions.handing_over import record_not_needed
from tutela.hotline.takedown.actions.taking_back import record_filled_late
from tutela.hotline.takedown.contacts import queries, words
from tutela.hotline.takedown.contacts.addressees import addressee_of
from tutela.hotline.takedown.contacts.fields import fields_of
from tutela.hotline.takedown.contacts.forms import ContactsForm, DecisionForm, FilledForm
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.hotline.takedown.contacts.proposals import HANDED_RUNGS
from tutela.hotline.takedown.contacts.taken_back import is_take_back, take_backs
from tutela.hotline.takedown.contacts.taking_back_views import (
    actor_of,
    is_told,
    one_take_back,
    said_of,
    take_back,
)
from tutela.hotline.takedown.letterhead import house_country, letterhead
from tutela.kernel.errors import TutelaError
from tutela.kernel.opener.asking import SOCKET, OpenerProcess
from tutela.kernel.opener.orders import OpenOrder
from tutela.share.notices.forms import FormFields

_DECIDE: dict[str, Callable[..., Contact]] = {"approve": approve_contact, "refuse": refuse_contact}


@for_act("see_notices", write="change_recipients")
def contacts(request: HttpRequest) -> HttpResponse:
    """Contacts, what waits first; the form of each approves or refuses it."""
    decision = DecisionForm(request.POST or None)
    if decision.is_valid():
        _decide(request, decision)
        return redirect("contacts")
    form = ContactsForm(request.GET)
    shown = {
        "form": form,
        "rows": queries.contacts(form.chosen()),
        "searches": queries.searches(),
        "states": words.STATE_NAMES,
        "rungs": words.RUNG_NAMES,
        "kinds": words.KIND_NAMES,
        "sources": words.SOURCE_NAMES,
        "reasons": words.REASON_NAMES,
    }
    return render(request, "takedown/contacts.html", shown)


def _decide(request: HttpRequest, form: DecisionForm) -> None:
    chosen = form.cleaned_data
    try:
        found = _DECIDE[chosen["what"]](chosen["contact"], actor=actor_of(request))
    except TutelaError as error:
        messages.error(request, error.public_message())
    else:
        messages.success(
            request, _("The contact is now: %(state)s.") % {"state": words.STATE_NAMES[found.state]}
        )


@for_act("see_notices")
def by_hand(request: HttpRequest) -> HttpResponse:
    """What waits for somebody's hand: what to take back, the forms of hosts, hand-overs to others."""
    shown = {
        "backs": take_backs(),
        "rows": queries.forms(),
        "handed": queries.forms(HANDED_RUNGS),
        "counts": queries.hand_overs_waiting(),
        "rungs": words.RUNG_NAMES,
    }
    return render(request, "takedown/by_hand.html", shown)


@for_act("see_notices", write="send_notice")
def one_form(request: HttpRequest, untrusted_form: str) -> HttpResponse:
    """One form: what to copy there, shown when its reader asks, and the number that the host gave it."""
    row, chosen = access_form(untrusted_form), request.POST.get("do", "")
    if is_take_back(row):
        return one_take_back(request, row)
    form = FilledForm(request.POST if chosen == "filled" else None)
    if form.is_valid() and _filled(request, row, form.cleaned_data["reference"]):
        return redirect("by_hand")
    if chosen == "not_needed" and _not_needed(request, row):
        return redirect("by_hand")
    if chosen == "take_back" and take_back(request, row):
        return redirect("by_hand")
    fields = _shown(request, row) if chosen == "show" and row.state == "waiting" else None
    shown = {"row": row, "form": form, "fields": fields, "rungs": words.RUNG_NAMES, "told": is_told(row)}
    shown["addressee"] = addressee_of(row.contact, rehearsal=mandate_in_force().rehearsal)
    return render(request, "takedown/form.html", shown)


def _filled(request: HttpRequest, row: FormNotice, untrusted_reference: str) -> bool:
    act = record_filled_late if row.state == "withdrawn" else record_form_filled
    done = partial(act, row.public_id, untrusted_reference, actor=actor_of(request))
    return said_of(request, done, _("It is written down. The place is looked at as usual."))


def _not_needed(request: HttpRequest, row: FormNotice) -> bool:
    done = partial(record_not_needed, row.public_id, actor=actor_of(request))
    return said_of(request, done, _("It is written down that nobody need be told here."))


def _shown(request: HttpRequest, row: FormNotice) -> FormFields | None:
    """The fields, with the address that the opener gives out and writes down; None where it does not."""
    order = OpenOrder(
        purpose="notice",
        kind="person",
        who=actor_of(request).name,
        case=row.sighting.public_id,
        sealed=bytes(row.sighting.url_sealed),
    )
    try:
        url = OpenerProcess(Path(settings.TUTELA_SOCKETS) / SOCKET).text(order)
        return fields_of(row, url, letterhead(), house_country())
    except TutelaError as error:
        messages.error(request, error.public_message())
        return None
