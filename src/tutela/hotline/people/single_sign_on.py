"""Single sign-on: the house's own provider says who somebody is. It opens no account.

Only an invited person is linked, with the token of the invitation in the session and the address of the
invitation confirmed by the provider; from then on the provider lets this person in, up to the second proof.
"""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tutela.hotline.people import actions
from tutela.hotline.people.provider_door import ProviderDoor
from tutela.hotline.people.provider_settings import PROVIDER_ID
from tutela.hotline.people.refusing import refusal
from tutela.hotline.routes import open_page
from tutela.kernel.errors import Refused, TutelaError

#: Where the session keeps the token of an invitation between the link and the provider's answer.
_TOKEN = "people_invitation"  # noqa: S105 - the name of a key, no password


def provider_name() -> str:
    """What the button says, or an empty text while single sign-on is off."""
    providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    apps = providers["openid_connect"]["APPS"]
    return str(apps[0]["name"]) if apps else ""


def remember_link(request: HttpRequest, token: str) -> HttpResponse:
    """The way to the provider, with the invitation kept in the session until it answers."""
    request.session[_TOKEN] = token
    return redirect("openid_connect_login", PROVIDER_ID)


class Provider(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's provider, read more strictly: issuer as configured, signature and subject checked."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself. Raises Refused where it is not the issuer of our settings."""
        said: dict[str, Any] = super().openid_config
        if said.get("issuer", "").rstrip("/") != settings.TUTELA_OIDC.issuer.rstrip("/"):
            raise Refused(_("The provider says that it is another one than our settings name."))
        return said

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **named: Any) -> Any:
        """The login, where the signed token and the provider's own page name the same person.

        allauth would trust a token that came over TLS without its signature; OpenID Connect Core 1.0
        (5.3.2) asks that both subjects are compared.
        """
        self.did_fetch_access_token = False
        login = super().complete_login(request, app, token, **named)
        said = login.account.extra_data
        if said.get("id_token", {}).get("sub", "") != said.get("userinfo", {}).get("sub"):
            raise OAuth2Error("the provider named two persons")
        login.account.extra_data = {}  # who it is, is known; nothing else of it is kept
        login.account.uid = keyed_subject(settings.TUTELA_OIDC.issuer, login.account.uid)
        return login


def keyed_subject(issuer: str, subject: str) -> str:
    """Who somebody is, as it is kept: SHA-256 of issuer and subject, hexadecimal.

    A subject is unique at its issuer only (OpenID Connect Core 1.0, section 2): after a change of provider
    nobody is taken for somebody of the old one.
    """
    return hashlib.sha256(f"{issuer.rstrip('/')}\n{subject}".encode()).hexdigest()


@open_page("the way to the house's sign-on")
def sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The page that sends somebody on to the provider."""
    return _asked(OAuth2LoginView, request, provider_id)


@open_page("the way back from the house's sign-on")
def sign_on_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What happens when the provider sends somebody back."""
    return _asked(OAuth2CallbackView, request, provider_id)


def _asked(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    if provider_id != PROVIDER_ID or not provider_name():
        raise Refused(_("There is no single sign-on here."))
    answer: HttpResponse = view.adapter_view(Provider(request, provider_id))(request)
    return answer


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

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """allauth's provider, with our reading of it on the way out too."""
        found = super().get_provider(request, provider, client_id=client_id)
        found.oauth2_adapter_class = Provider
        return found

    def get_requests_session(self) -> ProviderDoor:
        """The way to the provider, through the network door."""
        return ProviderDoor()

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_named: Any) -> None:
        """Shows that the provider did not say who somebody is; nothing of its answer."""
        reason = _("The sign-on did not say who you are. Try again, or ask whoever looks after it.")
        raise ImmediateHttpResponse(refusal(request, reason))
