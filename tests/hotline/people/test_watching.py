from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.hotline.people import making
from tests.hotline.people.test_signing_in import code, first_half
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.models import Person

pytestmark = pytest.mark.django_db


def last(person: Person) -> tuple[str, dict[str, str]]:
    """Act and facts of the last entry, which is by this person and about them."""
    entry = json.loads(bytes(LedgerEntry.objects.latest("index").leaf))
    assert (entry["actor"], entry["subject"]) == (person.public_id, person.public_id)
    return entry["act"], entry["facts"]


def test_a_second_proof_that_comes_is_recorded(django_capture_on_commit_callbacks: Any) -> None:
    ada = making.person("analyst", factor=False)
    client = making.signed_in(ada)
    secret = client.get("/account/app/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/account/app/", {"code": code(secret)}).status_code == 302
    acts = [json.loads(bytes(one.leaf)) for one in LedgerEntry.objects.order_by("index")]
    assert {(one["act"], one["facts"]["factor"]) for one in acts} == {
        ("factor_added", "totp"),
        ("factor_added", "recovery_codes"),
    }


def test_new_recovery_codes_are_recorded(django_capture_on_commit_callbacks: Any) -> None:
    ada = making.person("analyst")
    with django_capture_on_commit_callbacks(execute=True):
        making.signed_in(ada).post("/account/codes/new/")
    assert last(ada) == ("factor_added", {"factor": "recovery_codes"})


def test_who_signed_in_a_moment_ago_is_not_asked_again() -> None:
    ada = making.person("administrator", email="ada@house.test", factor=False)
    secret, client = making.add_app(ada), Client()
    first_half(client)
    client.post("/account/proof/", {"code": code(secret)})
    assert client.get("/people/invite/").status_code == 200
