from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test import Client

from tests.hotline.people import making
from tutela.hotline.ledger.actors import process
from tutela.hotline.people import actions
from tutela.hotline.people.models import Person
from tutela.hotline.people.sessions import SessionStore, row_key

pytestmark = pytest.mark.django_db
COOKIE = settings.SESSION_COOKIE_NAME


def stolen() -> list[str]:
    """Every text in every table, as whoever holds a backup reads it."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(value) for row in cursor.fetchall() for value in row]
    return found


def test_whoever_takes_the_database_signs_in_with_nothing_of_it() -> None:
    client = making.signed_in(making.person("administrator"))
    assert client.get("/people/").status_code == 200
    cookie = client.cookies[COOKIE].value
    texts = stolen()
    assert Session.objects.count() == 1 and not any(cookie in one for one in texts)
    for text in {one for one in texts if 0 < len(one) <= 64}:
        thief = Client()
        thief.cookies[COOKIE] = text
        assert thief.get("/people/").status_code == 302
    assert client.get("/people/").status_code == 200


def test_the_link_of_an_invitation_is_nowhere_in_the_database() -> None:
    made = actions.invite_person("Ada", "ada@house.test", frozenset({"analyst"}), actor=process("operator"))
    client = Client()
    session: Any = client.session
    session["people_invitation"] = made.token  # as on the way to the house's own sign-on
    session.save()
    texts = stolen()
    assert not any(made.token in one for one in texts)
    for text in {one for one in texts if 0 < len(one) <= 64 and "/" not in one}:
        assert client.get(f"/join/{text}/").status_code == 404
    assert client.get(f"/join/{made.token}/").status_code == 200


def test_what_is_in_a_session_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as the secret of an app that is being set up: Django's own sessions are signed and readable."""
    client = making.signed_in(making.person("analyst", factor=False))
    client.get("/account/app/")
    secret = next(value for name, value in client.session.items() if "totp" in name)
    data = Session.objects.get().session_data
    assert secret not in data
    with pytest.raises(signing.BadSignature):
        signing.loads(data, salt="django.contrib.sessions.SessionStore")
    monkeypatch.setattr(
        settings, "SECRET_KEY", "another login key, long enough for every check of Django's own"
    )
    assert client.get("/account/").status_code == 302


def test_a_session_is_kept_found_renamed_and_ended() -> None:
    one = SessionStore()
    one["what"] = "ever"
    one.create()
    one.save()
    key = one.session_key
    assert key is not None and Session.objects.filter(session_key=row_key(key)).exists()
    assert SessionStore(key)["what"] == "ever" and one.exists(key) and not one.exists(row_key(key))
    again = SessionStore(key)
    again.cycle_key()
    assert again.session_key != key and again["what"] == "ever" and not one.exists(key)
    again.delete()
    SessionStore().delete()
    assert Session.objects.count() == 0 and SessionStore(again.session_key).load() == {}


def test_a_row_of_another_make_is_an_empty_session() -> None:
    assert SessionStore().decode("eyJ9:signed:otherwise") == {}


def test_asynchronous_pages_keep_no_session() -> None:
    with pytest.raises(NotImplementedError):
        asyncio.run(SessionStore().acreate_model_instance({}))


def test_leaving_ends_the_session_of_another_browser() -> None:
    somebody = making.person("analyst")
    client = making.signed_in(somebody)
    assert client.get("/").status_code == 200
    actions.end_account(Person.objects.get(pk=somebody.pk), actor=process("operator"))
    assert client.get("/").status_code == 302
