"""Pages about people: the first page, the list, invitations, roles, leaving, lost passkeys."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people import actions, queries
from tutela.hotline.people.access import access_person, check_may, roles_held, roles_of, signed_in
from tutela.hotline.people.forms import InviteForm, RolesForm
from tutela.hotline.people.roles import ROLES
from tutela.hotline.routes import for_act
from tutela.kernel.errors import TutelaError


@for_act("see_desk")
def desk(request: HttpRequest) -> HttpResponse:
    """The first page: who is signed in, with which roles."""
    roles = [name for role, name in ROLES.items() if role in roles_of(request.user)]
    return render(request, "people/desk.html", {"roles": roles})


@for_act("see_people")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, is invited, or left."""
    may = check_may(signed_in(request), "invite_person").allowed
    return render(
        request, "people/people.html", {"rows": queries.people(), "names": ROLES, "may_invite": may}
    )


@for_act("invite_person", write="invite_person")
def invite(request: HttpRequest) -> HttpResponse:
    """The form for an invitation, and after it the link, shown once."""
    form = InviteForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.invite_person(
                given["name"], given["email"], frozenset(given["roles"]), actor=_actor(request)
            )
        except TutelaError as error:
            form.add_error(None, error.message)
        else:
            return _link(request, made)
    return render(request, "people/invite.html", {"form": form})


@for_act("see_people")
def person(request: HttpRequest, untrusted_id: str) -> HttpResponse:
    """One person, and what an administrator can do about the account."""
    row = queries.row_of(access_person(untrusted_id))
    may = check_may(signed_in(request), "change_roles").allowed
    return render(request, "people/person.html", {"row": row, "names": ROLES, "may_change": may})


@for_act("change_roles", write="change_roles")
def roles(request: HttpRequest, untrusted_id: str) -> HttpResponse:
    """The form for somebody's roles."""
    somebody = access_person(untrusted_id)
    form = RolesForm(request.POST if request.method == "POST" else {"roles": sorted(roles_held(somebody))})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_roles(somebody, frozenset(form.cleaned_data["roles"]), actor=_actor(request))
        except TutelaError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The roles are changed; the person's sessions have ended."))
            return redirect("person", untrusted_id)
    return render(request, "people/roles.html", {"form": form, "person": somebody})


@for_act("end_account", write="end_account")
def leave(request: HttpRequest, untrusted_id: str) -> HttpResponse:
    """The question whether somebody's account is to end, and its end."""
    somebody = access_person(untrusted_id)
    if request.method == "POST":
        released = actions.end_account(somebody, actor=_actor(request))
        messages.success(request, _("The account has ended. Released for others: %d") % released)
        return redirect("people")
    return render(request, "people/leave.html", {"person": somebody})


@for_act("reset_sign_in", write="reset_sign_in")
def reset(request: HttpRequest, untrusted_id: str) -> HttpResponse:
    """The question whether somebody's sign-in is to begin afresh, and the link for it, shown once."""
    somebody = access_person(untrusted_id)
    if request.method == "POST":
        return _link(request, actions.reset_sign_in(somebody, actor=_actor(request)))
    return render(request, "people/reset.html", {"person": somebody})


def _link(request: HttpRequest, made: actions.Invited) -> HttpResponse:
    address = settings.TUTELA_DESK_URL + reverse("join", args=[made.token])
    return render(request, "people/link.html", {"address": address, "made": made})


def _actor(request: HttpRequest) -> Actor:
    return Actor(kind="person", name=signed_in(request).public_id)
