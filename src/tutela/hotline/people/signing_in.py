"""How people prove who they are: what we ask of allauth, and what it may not do (sign-up, mail)."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tutela.hotline.people.models import Person
from tutela.hotline.people.queries import is_last_factor, passkey_names
from tutela.hotline.people.sealing import sealer

#: The way in that a session names; the only one.
BACKEND = "tutela.hotline.people.signing_in.Backend"
#: Sets the key of this purpose apart from every other use of the login key.
_PURPOSE = b"tutela.hotline.people.factor"


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """A person of this address and password; an account that is not active looks like a wrong password."""

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        if user is None:
            return None
        self._did_check_password = True
        right = user.check_password(password)
        return user if right and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's account rules: nobody signs up, nothing is mailed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """False: people are invited."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing: an e-mail is no factor and carries no secret (OWASP ASVS 5.0, 6.3.6)."""

    def add_message(
        self, request: HttpRequest, level: int, *unused: Any, message: Any = None, **named: Any
    ) -> None:
        """Shows what we say; allauth's own remarks are left out, the pages say it."""
        if message is not None:
            super().add_message(request, level, message=message, **named)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person of this address and password.

        Who has no second proof yet, and is not here already by the link of the invitation, looks like a wrong
        password: else the page would say that it is the right one.
        """
        found: Person | None = super().authenticate(request, **credentials)
        return found if found is None or has_factor(found) or request.user == found else None

    def pre_login(self, request: HttpRequest, user: Person, **named: Any) -> HttpResponse | None:
        """None where this person may go on to the second proof.

        A password alone opens nothing: who has no second proof yet comes in by the link of the invitation
        or by single sign-on only, so that a stolen password cannot set one up.
        """
        if not user.is_active or not (has_factor(user) or _by_sign_on(named)):
            self.add_message(request, messages.ERROR, message=self.error_messages["email_password_mismatch"])
            clear_login(request)
            return self.respond_user_inactive(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **named)
        return response

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, Any]]:
        """How to prove again who one is: the second proof where there is one, not the password alone."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way for way in ways if way["id"] != "reauthenticate"] if has_factor(user) else ways

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """The sign-in page: that an account has ended is nobody else's business."""
        return HttpResponseRedirect(reverse("account_login"))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's rules for second factors: their secrets are sealed with the login key."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code or passkey does not work here."),
    }

    def encrypt(self, text: str) -> str:
        """``text`` sealed; only the desk's process holds the key."""
        return sealer(_PURPOSE).encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """What ``encrypt`` sealed."""
        return sealer(_PURPOSE).decrypt(encrypted_text.encode("ascii")).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """False for the last proof: afterwards the password alone would open the account."""
        return not is_last_factor(authenticator)

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002 - as allauth
        """A name to begin with, such as "Passkey 2"."""
        return _("Passkey %(number)d") % {"number": len(passkey_names(user)) + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The party that passkeys are bound to: the desk's host, as the settings name it."""
        return {"id": settings.PASSKEY_HOST, "name": "tutela"}


def has_factor(person: Person | AnonymousUser) -> bool:
    """True when this person has a passkey or an authenticator app; recovery codes alone do not count."""
    return bool(is_mfa_enabled(person, ["totp", "webauthn"]))


def _by_sign_on(named: dict[str, Any]) -> bool:
    return "sociallogin" in (named.get("signal_kwargs") or {})
