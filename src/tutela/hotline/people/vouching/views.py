"""The pages on which colleagues vouch for each other's accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tutela.hotline.people.access import access_person, check_may, signed_in
from tutela.hotline.people.roles import ROLES
from tutela.hotline.people.vouching import actions, queries
from tutela.hotline.people.vouching.forms import VouchForm
from tutela.hotline.people.vouching.rule import WORDS
from tutela.hotline.routes import for_act
from tutela.kernel.errors import Invalid, TutelaError


@for_act("see_vouching")
def vouching(request: HttpRequest) -> HttpResponse:
    """Who waits for somebody's word, and who is vouched for and how."""
    return render(request, "people/vouching.html", _shown(request))


@for_act("vouch", write="vouch")
def vouch(request: HttpRequest, untrusted_id: str) -> HttpResponse:
    """The form for one's word, and what it did."""
    somebody = access_person(untrusted_id)
    form = VouchForm(request.POST or None)
    if form.is_valid():
        try:
            stands = actions.vouch(somebody, form.cleaned_data["code"], voucher=signed_in(request))
        except TutelaError as error:
            form.add_error("code" if isinstance(error, Invalid) else None, error.message)
        else:
            said = _("The account is vouched for now.") if stands else _("Noted. A second word is needed.")
            messages.success(request, said)
            return redirect("vouching")
    return render(request, "people/vouch.html", {"form": form, "person": somebody})


def _shown(request: HttpRequest) -> dict[str, Any]:
    reader = signed_in(request)
    everybody = queries.standings()
    own = next((one.vouched for one in everybody if one.public_id == reader.public_id), "")
    may = bool(own) and check_may(reader, "vouch").allowed
    waiting = [one for one in everybody if one.votes and not one.vouched]
    mine = {one.public_id for one in waiting if reader.public_id in (one.public_id, *one.words)}
    return {
        "waiting": [(one, may and one.public_id not in mine) for one in waiting],
        "standing": [one for one in everybody if one.vouched],
        "own": own,
        "names": ROLES,
        "people": {one.public_id: one.name for one in everybody},
        "needed": WORDS,
    }
