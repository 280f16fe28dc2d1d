"""A code lets in once, however many requests bring it at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.db import connections

from tests.hotline.people import making
from tests.hotline.people.test_signing_in import code
from tutela.hotline.people.roles import ANALYST

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
#: Requests at the same moment.
AT_ONCE = 6


def answers(ask: Callable[[], bool]) -> list[bool]:
    """What each of so many threads is answered, all of them begun together."""
    ready, told = threading.Barrier(AT_ONCE), list[bool]()

    def run() -> None:
        ready.wait()
        try:
            told.append(ask())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_the_code_of_an_app_lets_one_in() -> None:
    cache.clear()
    person = making.person(ANALYST, email="ada@house.test", factor=False)
    typed = code(making.add_app(person))
    app = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert answers(lambda: bool(app.wrap().validate_code(typed))) == [False] * (AT_ONCE - 1) + [True]


def test_a_recovery_code_lets_one_in() -> None:
    person = making.person(ANALYST, email="ada@house.test", factor=False)
    making.add_app(person)
    typed = RecoveryCodes.activate(person).get_unused_codes()[0]

    def ask() -> bool:
        found = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
        return bool(found.wrap().validate_code(typed))

    assert answers(ask) == [False] * (AT_ONCE - 1) + [True]
