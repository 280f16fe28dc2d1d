"""One's own sign-in: joining by a link, passkeys, codes, password, and the page that shows them."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import password_change
from allauth.mfa.webauthn.internal import flows
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.people import actions, queries
from tutela.hotline.people.access import roles_of, signed_in
from tutela.hotline.people.forms import PasswordForm
from tutela.hotline.people.roles import ROLES, VOTING
from tutela.hotline.people.signing_in import BACKEND, has_factor
from tutela.hotline.people.single_sign_on import provider_name, remember_link
from tutela.hotline.people.vouching.codes import code_of
from tutela.hotline.people.vouching.queries import vouched_for
from tutela.hotline.routes import for_act, open_page
from tutela.kernel.errors import Refused

#: How many changes to one's account the page shows, so that a change by somebody else is seen.
CHANGES_SHOWN = 8


@open_page("whoever was invited has no account yet; the link's token is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, untrusted_token: str) -> HttpResponse:
    """The form with which an invited person chooses a password, or goes on to single sign-on."""
    person = actions.standing_invitation(untrusted_token).person
    form = PasswordForm(request.POST or None, person=person)
    if "sign_on" in request.POST:
        return remember_link(request, untrusted_token)
    if form.is_valid():
        person = actions.take_up(untrusted_token, form.cleaned_data["password"])
        login(request, person, backend=BACKEND)
        record_authentication(request, person, method="password", reauthenticated=True)
        return redirect("mfa_index")
    return render(request, "people/join.html", {"form": form, "invited": person, "provider": provider_name()})


@for_act("set_up_factor")
def own_account(request: HttpRequest) -> HttpResponse:
    """One's own sign-in: what is set up, and what can be."""
    person = signed_in(request)
    shown = {
        "row": queries.row_of(person),
        "passkeys": queries.passkey_names(person),
        "codes": queries.unused_recovery_codes(person),
        "linked": queries.is_linked(person),
        "ready": has_factor(person),
        "names": ROLES,
        "vouched": vouched_for(person),
        "votes": bool(VOTING & roles_of(person)),
        "code": code_of(person),
        "changes": entries_about(person.public_id, CHANGES_SHOWN),
    }
    return render(request, "people/own_account.html", shown)


@for_act("keep_own_account", write="keep_own_account")
def remove_passkey(request: HttpRequest, place: int) -> HttpResponse:
    """The question whether a passkey is to go, and its end; the last proof cannot go."""
    person = signed_in(request)
    kept = queries.nth_passkey(person, place)
    if kept is None:
        raise Refused(_("There is no such passkey."))
    if queries.is_last_factor(kept):
        raise Refused(_("This is your last proof: add another passkey or an app first."))
    if request.method == "POST":
        flows.remove_authenticator(request, kept)
        messages.success(request, _("The passkey lets nobody in any more."))
        return redirect("own_account")
    return render(request, "people/remove_passkey.html", {"name": kept.wrap().name})


@for_act("keep_own_account", write="keep_own_account")
def change_password(request: HttpRequest) -> HttpResponseBase:
    """allauth's page for a new password; who signs in by single sign-on has none."""
    if not signed_in(request).has_usable_password():
        raise Refused(_("You have no password: you sign in with the house's own sign-on."))
    return password_change(request)  # type: ignore[no-any-return]  # allauth ships no types
