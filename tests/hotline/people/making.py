"""People for tests, made in one line, with roles and a way to sign in."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from tutela.hotline.people.models import Person, RoleHeld
from tutela.hotline.people.signing_in import BACKEND
from tutela.kernel.clock import SystemClock
from tutela.kernel.ids import new_id

#: A password that the validators take.
PASSWORD = "seven-quiet-otters-in-a-row"


def person(*roles: str, name: str = "Somebody", email: str = "", factor: bool = True) -> Person:
    """An active person with these roles; ``factor``: an authenticator app is set up."""
    made = Person(
        name=name,
        email=email or f"{new_id('eml_')}@house.test",
        state=Person.State.ACTIVE,
        made_at=SystemClock().now(),
    )
    made.set_password(PASSWORD)
    made.save()
    RoleHeld.objects.bulk_create(
        RoleHeld(person=made, role=role, given_at=SystemClock().now()) for role in roles
    )
    if factor:
        add_app(made)
    return made


def add_app(somebody: Person) -> str:
    """The secret of the authenticator app that is set up for this person from now on."""
    secret: str = generate_totp_secret()
    TOTP.activate(somebody, secret)
    return secret


def signed_in(somebody: Person, *, stepped_up: bool = True) -> Client:
    """A client in which this person is signed in; ``stepped_up``: they proved who they are just now."""
    client = Client()
    client.force_login(somebody, backend=BACKEND)
    if stepped_up:
        step_up(client, somebody)
    return client


def step_up(client: Client, somebody: Person) -> None:
    """As if this person had typed a code of their app just now."""
    session: Any = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}  # noqa: TID251 - as allauth
    ]
    session["account_authentication_methods_user"] = user_id_to_str(somebody)
    session.save()
