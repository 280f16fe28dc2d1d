"""The page about contacts: what look-ups propose, the house's book, and how many places wait. No address of a
place.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tutela.hotline.ledger.actors import person
from tutela.hotline.routes import for_act
from tutela.hotline.takedown.actions import approve_contact, refuse_contact
from tutela.hotline.takedown.contacts import queries, words
from tutela.hotline.takedown.contacts.forms import ContactsForm, DecisionForm
from tutela.hotline.takedown.contacts.models import Contact
from tutela.kernel.errors import TutelaError

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
    chosen, who = form.cleaned_data, person(str(getattr(request.user, "public_id", "")))
    try:
        found = _DECIDE[chosen["what"]](chosen["contact"], actor=who)
    except TutelaError as error:
        messages.error(request, error.public_message())
    else:
        messages.success(
            request, _("The contact is now: %(state)s.") % {"state": words.STATE_NAMES[found.state]}
        )
