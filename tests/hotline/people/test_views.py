from __future__ import annotations

import re

import pytest

from tests.hotline.people import making
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ADMINISTRATOR, ANALYST, AUDITOR

pytestmark = pytest.mark.django_db


def test_the_first_page_says_who_one_is() -> None:
    page = making.signed_in(making.person(ANALYST, name="Ada <b>")).get("/").content.decode()
    assert "Ada &lt;b&gt;" in page and "analyst" in page and "People" not in page


def test_an_administrator_invites_and_sees_the_link_once() -> None:
    client = making.signed_in(making.person(ADMINISTRATOR))
    form = {"name": "Ada", "email": "ada@house.test", "roles": [ANALYST]}
    page = client.post("/people/invite/", form).content.decode()
    (path,) = re.findall(r"http://localhost:8701(/join/inv_[0-9a-z]{32}/)", page)
    assert client.get(path).status_code == 200
    assert path not in client.get("/people/").content.decode()


def test_a_wrong_form_comes_back_with_the_reason() -> None:
    client = making.signed_in(making.person(ADMINISTRATOR))
    form = {"name": "Ada", "email": "ada@house.test", "roles": [ANALYST, AUDITOR]}
    page = client.post("/people/invite/", form).content.decode()
    assert "exclude each other" in page and 'value="ada@house.test"' in page
    assert not Person.objects.filter(email="ada@house.test").exists()


def test_an_administrator_changes_roles_but_never_raises_their_own() -> None:
    admin, ada = making.person(ADMINISTRATOR), making.person(ANALYST)
    client = making.signed_in(admin)
    assert "checked" in client.get(f"/people/{ada.public_id}/roles/").content.decode()
    assert client.post(f"/people/{ada.public_id}/roles/", {"roles": [AUDITOR]}).status_code == 302
    assert ada.roles_held.get().role == AUDITOR
    page = client.post(f"/people/{admin.public_id}/roles/", {"roles": [ADMINISTRATOR, ANALYST]})
    assert "to themselves" in page.content.decode() and admin.roles_held.get().role == ADMINISTRATOR


def test_an_account_is_ended_and_stays_in_the_list() -> None:
    client, ada = making.signed_in(making.person(ADMINISTRATOR)), making.person(ANALYST, name="Ada")
    assert "End the account of Ada?" in client.get(f"/people/{ada.public_id}/leave/").content.decode()
    assert client.post(f"/people/{ada.public_id}/leave/").headers["Location"] == "/people/"
    assert "left" in client.get("/people/").content.decode()
    assert client.post(f"/people/{ada.public_id}/leave/").status_code == 409


def test_the_last_administrator_cannot_leave_and_is_told_why() -> None:
    admin = making.person(ADMINISTRATOR)
    answer = making.signed_in(admin).post(f"/people/{admin.public_id}/leave/")
    assert answer.status_code == 404 and "last administrator" in answer.content.decode()


def test_a_lost_passkey_is_replaced_by_a_link() -> None:
    client, ada = making.signed_in(making.person(ADMINISTRATOR)), making.person(ANALYST)
    assert "face to face" in client.get(f"/people/{ada.public_id}/reset/").content.decode()
    assert "/join/inv_" in client.post(f"/people/{ada.public_id}/reset/").content.decode()


def test_an_auditor_sees_people_and_can_change_nothing() -> None:
    client, ada = making.signed_in(making.person(AUDITOR)), making.person(ANALYST)
    assert "Invite somebody" not in client.get("/people/").content.decode()
    page = client.get(f"/people/{ada.public_id}/").content.decode()
    assert ada.email in page and "/roles/" not in page


def test_nobody_of_that_id_is_the_same_as_nothing() -> None:
    assert making.signed_in(making.person(AUDITOR)).get("/people/usr_1/").status_code == 404


def test_the_list_asks_the_database_alike_often_for_many(django_assert_max_num_queries: object) -> None:
    client = making.signed_in(making.person(AUDITOR))
    for _ in range(12):
        making.person(ANALYST)
    with django_assert_max_num_queries(20):  # type: ignore[operator]  # a fixture without a type
        assert client.get("/people/").status_code == 200
