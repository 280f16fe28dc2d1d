"""A vote's key names the kind of credential and whose it is, and is never the credential."""

from __future__ import annotations

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import RequestFactory

from tutela.hotline.people.models import Person
from tutela.hotline.review.keys import key_of


def key(*methods: dict[str, str]) -> str:
    request = RequestFactory().get("/")
    request.user = Person(name="Anna", email="anna@house.test")
    request.session = {AUTHENTICATION_METHODS_SESSION_KEY: list(methods)}  # type: ignore[assignment]
    found = key_of(request)
    assert found.endswith(request.user.public_id)
    return found.partition("-")[0]


def test_the_latest_credential_of_the_session_is_named() -> None:
    assert key({"method": "password"}, {"method": "mfa", "type": "webauthn"}) == "webauthn"
    assert key({"method": "password"}) == "password"
    assert key() == "session"
