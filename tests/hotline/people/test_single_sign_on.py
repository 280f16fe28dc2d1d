from __future__ import annotations

from collections.abc import Iterator
from http import client as http_client  # noqa: TID251 - the browser of these tests
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from tests.hotline.people import making
from tests.hotline.people.provider import Provider, running_provider
from tutela.hotline.ledger.actors import process
from tutela.hotline.people.actions import invite_person
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ANALYST
from tutela.hotline.people.single_sign_on import keyed_subject

pytestmark = pytest.mark.django_db
START = "/account/sign-on/house/login/"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with running_provider() as running:
        running.use(settings)
        yield running


def came_back(client: Client, address: str) -> Any:
    """The desk's answer when the browser comes back from the provider."""
    parts = urlsplit(address)
    assert parts.hostname and parts.port
    there = http_client.HTTPConnection(parts.hostname, parts.port)
    there.request("GET", f"{parts.path}?{parts.query}")
    back = urlsplit(there.getresponse().headers["Location"])
    there.close()
    return client.get(f"{back.path}?{back.query}")


def signed_on(client: Client) -> Any:
    return came_back(client, client.post(START).headers["Location"])


def link_of_an_invitation() -> str:
    made = invite_person("Ada Lovelace", "ada@house.test", frozenset({ANALYST}), actor=process("operator"))
    return f"/join/{made.token}/"


def joined(client: Client) -> Any:
    assert client.post(link_of_an_invitation(), {"sign_on": "1"}).headers["Location"] == START
    return signed_on(client)


def test_an_invited_person_is_linked_and_then_sets_up_a_second_proof(provider: Provider) -> None:
    client = Client()
    assert joined(client).status_code == 302
    person = Person.objects.get(email="ada@house.test")
    assert (person.state, person.has_usable_password()) == ("active", False)
    assert client.get("/").headers["Location"] == "/account/"
    linked = SocialAccount.objects.get(user=person)
    assert linked.uid == keyed_subject(provider.address, "248289761001")
    assert (linked.extra_data, SocialToken.objects.count()) == ({}, 0)
    assert provider.asked[-2:] == ["/userinfo", "/jwks"]


def test_who_is_linked_is_let_in_up_to_the_second_proof(provider: Provider) -> None:
    joined(Client())
    person = Person.objects.get(email="ada@house.test")
    making.add_app(person)
    client = Client()
    assert signed_on(client).headers["Location"] == "/account/proof/"
    assert client.get("/").headers["Location"].startswith("/account/login/")


def test_the_same_number_at_another_provider_is_somebody_else(provider: Provider) -> None:
    joined(Client())
    SocialAccount.objects.update(uid=keyed_subject("https://old.test", "248289761001"))
    assert b"Open the link of your invitation first" in signed_on(Client()).content


def test_who_was_not_invited_is_refused_and_told_why(provider: Provider) -> None:
    answer = signed_on(Client())
    assert answer.status_code == 403 and b"Open the link of your invitation first" in answer.content
    assert not Person.objects.exists() and not SocialAccount.objects.exists()


@pytest.mark.parametrize("said", [{"email": "eve@house.test"}, {"email_verified": False}], ids=str)
def test_another_address_than_the_invited_one_is_refused(provider: Provider, said: dict[str, Any]) -> None:
    provider.person |= said
    answer = joined(Client())
    assert answer.status_code == 403 and b"does not confirm the address" in answer.content
    assert Person.objects.get().state == "invited"


@pytest.mark.parametrize("lie", ["signature", "audience", "expired", "subject"])
def test_a_token_that_is_not_in_order_lets_nobody_in(provider: Provider, lie: str) -> None:
    provider.lies = frozenset({lie})
    answer = joined(Client())
    assert answer.status_code == 403 and b"did not say who you are" in answer.content
    assert Person.objects.get().state == "invited"


def test_a_provider_of_another_name_is_not_followed(provider: Provider) -> None:
    provider.lies = frozenset({"issuer"})
    answer = Client().post(START)
    assert answer.status_code == 404 and b"another one than our settings name" in answer.content


def test_an_address_on_a_host_that_nobody_listed_is_not_asked(provider: Provider) -> None:
    provider.lies = frozenset({"token_host"})
    assert signed_on(Client()).status_code == 404
    assert "/token" not in provider.asked


def test_somebody_who_left_is_not_let_in(provider: Provider) -> None:
    joined(Client())
    Person.objects.update(state=Person.State.LEFT)
    client = Client()
    assert signed_on(client).headers["Location"] == "/account/login/"
    assert client.get("/").status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(provider: Provider) -> None:
    answer = Client().get(START + "callback/?code=1&state=2&_redir=")
    assert answer.status_code == 403


def test_without_a_provider_there_is_no_such_page() -> None:
    assert Client().get(START).status_code == 404
