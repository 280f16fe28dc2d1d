from __future__ import annotations

import pytest
from django.test import Client

from tests.hotline.cases.making import an_item
from tests.hotline.cases.test_queries import a_full_item
from tests.hotline.people import making
from tutela.hotline.cases import queries
from tutela.hotline.people.roles import ACTS, ANALYST, ROLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    """An analyst's browser."""
    return making.signed_in(making.person(ANALYST))


def page(client: Client, address: str = "/items/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_items_are_listed_and_lead_to_their_page(desk: Client) -> None:
    assert "No such item." in page(desk)
    item = an_item(urgent=True)
    shown = page(desk)
    assert f'href="/items/{item.public_id}/"' in shown and "urgent</strong>" in shown
    assert "1 received" in shown and "No such item." in page(desk, "/items/?state=closed")


def test_the_page_of_an_item_has_its_facts_and_no_address_or_picture(desk: Client) -> None:
    item = a_full_item()
    shown = page(desk, f"/items/{item.public_id}/")
    assert item.public_id in shown and "2 sha256" in shown and "An item was opened." in shown
    assert (
        "csam" in shown
        and "nothing illegal" in shown
        and "takes a verdict" in shown
        and "waits for review → in review" in shown
    )
    assert "there.test" not in shown and "<img" not in shown


def test_a_bare_item_has_a_page_too(desk: Client) -> None:
    assert "Nowhere yet." in page(desk, f"/items/{an_item().public_id}/")


def test_a_missing_item_is_no_page(desk: Client) -> None:
    assert desk.get("/items/itm_1/").status_code == 404


def test_more_than_a_page_has_a_next_one(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ROWS_MAX", 1)
    for _ in range(2):
        an_item()
    assert 'href="?state=received&amp;start=1"' in page(desk, "/items/?state=received")


@pytest.mark.parametrize("role", sorted(set(ROLES) - ACTS["see_items"].roles))
def test_a_role_that_needs_no_items_is_refused_and_told_why(role: str) -> None:
    item = an_item()
    client = making.signed_in(making.person(role))
    for address in ("/items/", f"/items/{item.public_id}/"):
        answer = client.get(address)
        assert answer.status_code == 403 and "takes the role of" in answer.content.decode()
