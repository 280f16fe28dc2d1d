"""Pages about notices: the outbox, one notice with both choices, and recipients. No address of an item."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tutela.hotline.ledger.actors import Actor, person
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.routes import for_act
from tutela.hotline.takedown import queries
from tutela.hotline.takedown.access import access_notice, is_retracted
from tutela.hotline.takedown.actions import hand_on_order, name_recipient
from tutela.hotline.takedown.choices import FOUND_NAMES, STANDING_NAMES, STATE_NAMES, choose, sentence_of
from tutela.hotline.takedown.contacts import queries as contacts_queries
from tutela.hotline.takedown.contacts.taken_back import take_backs_waiting
from tutela.hotline.takedown.forms import ChoiceForm, OrderForm, RecipientForm, SettleForm
from tutela.hotline.takedown.models import Notice
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import TutelaError

#: Entries of the ledger that one page shows.
ENTRIES_MAX = 50


@for_act("see_notices")
def notices(request: HttpRequest) -> HttpResponse:
    """The outbox: what somebody has to look at, and the rest by state."""
    form, now = ChoiceForm(request.GET), SystemClock().now()
    rows, following = queries.page(form.chosen())
    shown = {
        "form": form,
        "rows": rows,
        "next": following,
        "outbox": queries.outbox(now),
        "doubts": queries.in_doubt(now)[: queries.ROWS_MAX],
        "states": STATE_NAMES,
        "standings": queries.standings(),
        "standing_names": STANDING_NAMES,
        "found_names": FOUND_NAMES,
        "waiting": contacts_queries.waiting(),
        "take_backs": take_backs_waiting(),
    }
    return render(request, "takedown/notices.html", shown)


@for_act("see_notices", write="resolve_notice")
def notice(request: HttpRequest, untrusted_notice: str) -> HttpResponse:
    """One notice; its form settles a doubt, or has a refused one tried again."""
    form = SettleForm(request.POST or None)
    if form.is_valid():
        _settle(request, untrusted_notice, form)
        return redirect("notice", untrusted_notice)
    row = access_notice(untrusted_notice)
    history = entries_about(row.public_id, ENTRIES_MAX)
    shown = {"row": row, "sentence": sentence_of(row), "states": STATE_NAMES, "history": history}
    shown["may_retract"] = row.state != "withdrawn" and not row.retracts_id and not is_retracted(row)
    return render(request, "takedown/notice.html", shown)


@for_act("see_notices", write="send_notice")
def order(request: HttpRequest, untrusted_notice: str) -> HttpResponse:
    """The form by which a person hands an authority's order on to the notice's recipient."""
    form, row = OrderForm(request.POST or None), access_notice(untrusted_notice)
    if form.is_valid() and (made := _ordered(request, row, form)):
        return redirect("notice", made)
    return render(request, "takedown/order.html", {"form": form, "row": row})


@for_act("see_notices", write="change_recipients")
def recipients(request: HttpRequest) -> HttpResponse:
    """Whom notices go to; the form names one more, which confirms it."""
    form = RecipientForm(request.POST or None)
    if form.is_valid():
        chosen = form.cleaned_data
        name_recipient(chosen["address"], chosen["name"], source="person", actor=_actor(request))
        messages.success(request, _("Notices may go there now."))
        return redirect("recipients")
    return render(request, "takedown/recipients.html", {"form": form, "rows": queries.recipients()})


def _ordered(request: HttpRequest, row: Notice, form: OrderForm) -> str:
    """The id of the notice that hands the order on; empty where the reader hears why there is none."""
    try:
        made = hand_on_order(row.public_id, form.order(), actor=_actor(request))
    except TutelaError as error:
        messages.error(request, error.public_message())
        return ""
    messages.success(request, _("The order is handed on by this notice."))
    return made.public_id


def _settle(request: HttpRequest, untrusted_notice: str, form: SettleForm) -> None:
    chosen = form.cleaned_data
    try:
        state = choose(untrusted_notice, chosen["what"], actor=_actor(request), token=chosen["token"])
    except TutelaError as error:
        messages.error(request, error.public_message())
    else:
        messages.success(request, _("The notice is now: %(state)s.") % {"state": STATE_NAMES[state]})


def _actor(request: HttpRequest) -> Actor:
    """Whoever is signed in; the gate let nobody else in."""
    return person(str(getattr(request.user, "public_id", "")))
