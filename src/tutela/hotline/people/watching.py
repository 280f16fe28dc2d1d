"""What people change about their own sign-in with allauth's pages goes into the ledger too."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in as session_begun
from django.db import transaction
from django.http import HttpRequest

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.gate import BEGUN
from tutela.hotline.people.models import Person
from tutela.kernel.clock import SystemClock
from tutela.kernel.log import get_logger

_log = get_logger("people")


def listen() -> None:
    """Hears allauth's signals from now on."""
    authenticator_added.connect(_added, dispatch_uid="people.factor_added")
    authenticator_reset.connect(_added, dispatch_uid="people.factor_reset")
    authenticator_removed.connect(_removed, dispatch_uid="people.factor_removed")
    password_changed.connect(_password_changed, dispatch_uid="people.password_changed")
    user_logged_in.connect(_signed_in, dispatch_uid="people.signed_in")
    session_begun.connect(_session_begun, dispatch_uid="people.session_begun")


def _session_begun(*, request: HttpRequest, **_named: object) -> None:
    request.session[BEGUN] = SystemClock().now().timestamp()


def _added(*, user: Person, authenticator: Any, **_named: object) -> None:
    _record("factor_added", user, factor=str(authenticator.type))


def _removed(*, user: Person, authenticator: Any, **_named: object) -> None:
    _record("factor_removed", user, factor=str(authenticator.type))


def _password_changed(*, user: Person, **_named: object) -> None:
    _record("password_changed", user)


def _signed_in(*, request: HttpRequest, user: Person, **_named: object) -> None:
    """Whoever signed in a moment ago is not asked again before a sensitive act, for the same five minutes."""
    record_authentication(request, user, method="sign_in", reauthenticated=True)
    _log.info("signed_in", person=user.public_id)


@transaction.atomic
def _record(act: str, person: Person, **facts: str) -> None:
    actor = Actor(kind="person", name=person.public_id)
    record(act, actor=actor, subject=person.public_id, facts=facts)
