"""Single sign-on: the house's own provider says who somebody is. It opens no account.

Only an invited person is linked, with the token of the invitation in the session and the address of the
invitation confirmed by the provider; from then on the provider lets this person in, up to the second proof.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tutela.hotline.people import actions
from tutela.hotline.people.refusing import refusal
from tutela.hotline.settings import PROVIDER_ID
from tutela.kernel.errors import TutelaError

#: Where the session keeps the token of an invitation between the link and the provider's answer.
_TOKEN = "people_invitation"  # noqa: S105 - the name of a key, no password


def provider_name() -> str:
    """What the button says, or an empty text while single sign-on is off."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return str(apps[0]["name"]) if apps else ""


def remember_link(request: HttpRequest, token: str) -> HttpResponse:
    """The way to the provider, with the invitation kept in the session until it answers."""
    request.session[_TOKEN] = token
    return redirect("openid_connect_login", PROVIDER_ID)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's rules for a provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """False: people are invited."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Returns for somebody who is linked; links an invited person; everybody else sees why not."""
        if sociallogin.is_existing:
            return
        try:
            person = self._invited(request, sociallogin)
        except TutelaError as error:
            raise ImmediateHttpResponse(refusal(request, error.public_message())) from error
        sociallogin.connect(request, person)

    def _invited(self, request: HttpRequest, sociallogin: Any) -> Any:
        token = request.session.pop(_TOKEN, "")
        confirmed = {one.email.lower() for one in sociallogin.email_addresses if one.verified}
        return actions.join_by_sign_on(token, frozenset(confirmed))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_named: Any) -> None:
        """Shows that the provider did not say who somebody is; nothing of its answer."""
        reason = _("The sign-on did not say who you are. Try again, or ask whoever looks after it.")
        raise ImmediateHttpResponse(refusal(request, reason))
