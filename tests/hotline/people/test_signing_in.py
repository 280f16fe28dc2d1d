from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from tests.hotline.people import making
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ANALYST
from tutela.hotline.people.signing_in import FactorAdapter, has_factor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_attempts_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ada() -> Person:
    return making.person(ANALYST, email="ada@house.test", factor=False)


def first_half(client: Client, *, email: str = "ada@house.test", password: str = making.PASSWORD) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_password_and_code_let_in(ada: Person) -> None:
    secret, client = making.add_app(ada), Client()
    assert first_half(client).headers["Location"] == "/account/proof/"
    assert client.get("/").headers["Location"].startswith("/account/login/")
    assert client.post("/account/proof/", {"code": code(secret)}).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_code_lets_in_once(ada: Person) -> None:
    secret = making.add_app(ada)
    now = code(secret)
    for typed, status in ((now, 302), (now, 200), (f" {now[:3]} {now[3:]} ", 200)):
        client = Client()
        first_half(client)
        assert client.post("/account/proof/", {"code": typed}).status_code == status


def test_a_recovery_code_lets_in_once(ada: Person) -> None:
    making.add_app(ada)
    codes = RecoveryCodes.activate(ada).get_unused_codes()
    for status in (302, 200):
        client = Client()
        first_half(client)
        assert client.post("/account/proof/", {"code": codes[0]}).status_code == status


def test_a_password_alone_opens_nothing_and_sets_up_nothing(ada: Person) -> None:
    client = Client()
    answer = first_half(client)
    assert answer.status_code == 200 and b"are not correct" in answer.content
    assert client.get("/account/").headers["Location"].startswith("/account/login/")
    assert not Authenticator.objects.exists()


def test_failures_look_alike_whoever_it_is(ada: Person) -> None:
    making.add_app(ada)
    left = making.person(ANALYST, email="left@house.test")
    Person.objects.filter(pk=left.pk).update(state=Person.State.LEFT)
    making.person(ANALYST, email="half@house.test", factor=False)
    pages = set()
    for email, password in (
        ("ada@house.test", "wrong"),
        ("nobody@house.test", "wrong"),
        ("left@house.test", making.PASSWORD),
        ("half@house.test", making.PASSWORD),
    ):
        answer = first_half(Client(), email=email, password=password)
        text = answer.content.decode().replace(email, "")
        pages.add((answer.status_code, text.split("<main")[1].split("csrf")[0]))
    assert len(pages) == 1 and "are not correct" in answer.content.decode()


@pytest.mark.slow
def test_failures_take_alike_long_whoever_it_is(ada: Person, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    ada.set_password(making.PASSWORD)
    ada.save()
    invited = making.person(ANALYST, email="new@house.test")
    invited.set_unusable_password()
    invited.save()
    took: dict[str, list[float]] = {}
    for _ in range(7):
        for name in ("ada", "nobody", "new"):
            began = time.monotonic()
            first_half(Client(), email=f"{name}@house.test", password="wrong")
            took.setdefault(name, []).append(time.monotonic() - began)
    medians = [statistics.median(one) for one in took.values()]
    assert max(medians) < 1.5 * min(medians), took


def test_after_five_wrong_passwords_the_right_one_waits_too(ada: Person) -> None:
    making.add_app(ada)
    for _ in range(5):
        first_half(Client(), password="wrong")
    answer = first_half(Client())
    assert answer.status_code == 200 and b"Too many failed" in answer.content


def test_wrong_codes_are_counted_in_the_database(ada: Person) -> None:
    secret, client = making.add_app(ada), Client()
    first_half(client)
    for _ in range(5):
        client.post("/account/proof/", {"code": "000000"})
    assert client.post("/account/proof/", {"code": code(secret)}).status_code == 200
    assert "DatabaseCache" in type(cache._connections["default"]).__name__  # type: ignore[attr-defined]  # a proxy


def test_passwords_are_hashed_with_argon2(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    person = Person(name="Ada", email="a@house.test")
    person.set_password("x")
    assert person.password.startswith("argon2$argon2id$")


def test_the_secret_of_an_app_is_not_in_the_database(ada: Person) -> None:
    secret = making.add_app(ada)
    kept = Authenticator.objects.get(user=ada)
    assert secret not in str(kept.data) and FactorAdapter().decrypt(kept.data["secret"]) == secret


def test_recovery_codes_alone_are_no_proof(ada: Person) -> None:
    RecoveryCodes.activate(ada)
    assert not has_factor(ada)
    making.add_app(ada)
    assert has_factor(ada)


def test_the_last_proof_cannot_be_taken_away(ada: Person) -> None:
    making.add_app(ada)
    client = making.signed_in(ada)
    client.post("/account/app/remove/")
    assert has_factor(ada)
