"""The gate before every page of the desk: without a declaration, an account, a second factor and the role
that the page's act takes, there is no page. It refuses whatever was forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal import flows
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tutela.hotline.people.access import check_may
from tutela.hotline.people.models import Person
from tutela.hotline.people.refusing import refusal
from tutela.hotline.people.roles import ACTS
from tutela.hotline.people.signing_in import has_factor
from tutela.hotline.routes import Route, declared
from tutela.kernel.clock import SystemClock
from tutela.kernel.log import get_logger

#: Where a session keeps when it began, in seconds since 1970.
BEGUN = "signed_in_at"
#: Seconds after which everybody signs in again, however busy: NIST SP 800-63B-4, 2.2.3 asks for at most 24 h
#: at AAL2; our own is a long shift.
LONGEST_SESSION_SECONDS = 12 * 3600

_log = get_logger("people")


class Gate:
    """Django middleware: asks for each request whether its page may be shown to whoever asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], arguments: Any, named: Any
    ) -> HttpResponse | None:
        """None where the page may be shown, else what is shown instead of it."""
        route = declared(view)
        if route is None:
            _log.error("page_undeclared")
            return refusal(request, _("This page does not say what it is for, so nobody may see it."))
        if route.open_because:
            return None
        return _staff_page(request, route)


def _staff_page(request: HttpRequest, route: Route) -> HttpResponse | None:
    act = route.act(request.method or "")
    if not act:
        return HttpResponseNotAllowed(["GET", "HEAD", *(["POST"] if route.write else [])])
    person = request.user
    if not isinstance(person, Person) or _too_old(request):
        return _elsewhere("account_login", request)
    if not ACTS[act].before_factor and not has_factor(person):
        return HttpResponseRedirect(reverse("mfa_index"))
    permission = check_may(person, act)
    if not permission.allowed:
        _log.info("page_refused", person=person.public_id)
        return refusal(request, permission.reason)
    if ACTS[act].step_up and not stepped_up(request):
        return _elsewhere(step_up_page(person), request)
    return None


def _too_old(request: HttpRequest) -> bool:
    """True for a session that has lasted as long as any may; it is ended."""
    begun = request.session.get(BEGUN, 0)
    if SystemClock().now().timestamp() - begun < LONGEST_SESSION_SECONDS:
        return False
    logout(request)
    return True


def stepped_up(request: HttpRequest) -> bool:
    """True when this person proved who they are again within the last minutes (the setting of allauth)."""
    return bool(flows.reauthentication.did_recently_reauthenticate(request))


def step_up_page(person: Person) -> str:
    """The name of the page on which a person proves again who they are: with the factor they have."""
    return "mfa_reauthenticate_webauthn" if is_mfa_enabled(person, ["webauthn"]) else "mfa_reauthenticate"


def _elsewhere(name: str, request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
