from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.hotline.people import making
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people import actions
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ANALYST, AUDITOR

pytestmark = pytest.mark.django_db
RIGHT = {"password": making.PASSWORD, "again": making.PASSWORD}


def link() -> str:
    made = actions.invite_person("Ada", "ada@house.test", frozenset({ANALYST}), actor=process("operator"))
    return f"/join/{made.token}/"


def test_the_link_leads_to_the_page_that_sets_up_a_second_proof() -> None:
    client, path = Client(), link()
    assert client.get(path).status_code == 200
    assert client.post(path, RIGHT).headers["Location"] == "/account/"
    assert "One thing is missing" in client.get("/account/").content.decode()
    assert client.get("/account/app/").status_code == 200
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "password1234", "again": "password1234"}, "too common"),
        ({"password": "ada@house.test1", "again": "ada@house.test1"}, "too similar"),
        ({"password": making.PASSWORD, "again": "another"}, "not the same"),
    ],
    ids=["short", "common", "like the address", "two"],
)
def test_a_weak_password_is_refused_and_the_link_stays(form: dict[str, str], said: str) -> None:
    path = link()
    assert said in Client().post(path, form).content.decode()
    assert Client().get(path).status_code == 200 and Person.objects.get().state == "invited"


def main_of(page: str) -> str:
    """The page without the form that switches the language: that one has a mark of its own each time."""
    return page.split("<main")[1].split("</main>", maxsplit=1)[0]


def test_a_wrong_link_has_one_face() -> None:
    used, client = link(), Client()
    client.post(used, RIGHT)
    pages = {main_of(Client().get(path).content.decode()) for path in (used, "/join/inv_1/", "/join/x/")}
    assert len(pages) == 1 and "lets nobody in" in pages.pop()


def test_one_s_own_page_shows_what_is_set_up() -> None:
    page = making.signed_in(making.person(ANALYST)).get("/account/").content.decode()
    assert "Set up." in page and "None yet." in page and "never alone" in page


def test_one_s_own_page_shows_what_others_changed() -> None:
    ada = making.person(ANALYST)
    actions.change_roles(ada, frozenset({AUDITOR}), actor=process("operator"))
    ada.refresh_from_db()
    page = making.signed_in(ada).get("/account/").content.decode()
    assert "Last changes to your account" in page and "roles were changed" in page


def add_passkey(person: Person, name: str) -> None:
    Authenticator.objects.create(user=person, type="webauthn", data={"name": name, "credential": {}})


def test_a_passkey_is_removed_unless_it_is_the_last_proof() -> None:
    ada = making.person(ANALYST, factor=False)
    add_passkey(ada, "Phone")
    client = making.signed_in(ada)
    assert "last proof" in client.post("/account/passkeys/1/remove/").content.decode()
    add_passkey(ada, "Key <2>")
    assert "Key &lt;2&gt;" in client.get("/account/passkeys/2/remove/").content.decode()
    assert client.post("/account/passkeys/2/remove/").headers["Location"] == "/account/"
    assert [one.data["name"] for one in Authenticator.objects.all()] == ["Phone"]
    assert LedgerEntry.objects.latest("index").act == "factor_removed"


def test_nobody_removes_another_one_s_passkey() -> None:
    ada, eve = making.person(ANALYST, factor=False), making.person(ANALYST)
    add_passkey(ada, "Phone")
    assert making.signed_in(eve).post("/account/passkeys/1/remove/").status_code == 404
    assert Authenticator.objects.filter(user=ada).exists()


def test_a_password_is_changed_and_that_is_recorded() -> None:
    ada = making.person(ANALYST)
    client, new = making.signed_in(ada), "nine-loud-herons-in-a-column"
    form = {"oldpassword": making.PASSWORD, "password1": new, "password2": new}
    assert client.get("/account/password/").status_code == 200
    assert client.post("/account/password/", form).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(new) and LedgerEntry.objects.latest("index").act == "password_changed"


def test_who_has_no_password_has_none_to_change() -> None:
    ada = making.person(ANALYST)
    ada.set_unusable_password()
    ada.save()
    assert "sign in with the house" in making.signed_in(ada).get("/account/password/").content.decode()
