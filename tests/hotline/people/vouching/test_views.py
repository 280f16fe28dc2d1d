from __future__ import annotations

import pytest
from django.test import Client

from tests.hotline.people import making
from tests.hotline.people.vouching.houses import House, house
from tutela.hotline.people.models import Person
from tutela.hotline.people.vouching.codes import code_of
from tutela.hotline.people.vouching.queries import vouched_for

__all__ = ["house"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(house: House) -> tuple[Person, Person, Person]:
    found = (
        making.person("administrator", name="Ada"),
        making.person("analyst", name="Ben"),
        making.person("list_approver", name="Cleo"),
    )
    house.names(*found[:2])
    return found


def page(client: Client, path: str = "/vouching/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_two_colleagues_vouch_on_the_page(people: tuple[Person, Person, Person]) -> None:
    cleo = people[2]
    for voucher, said in ((people[0], "A second word"), (people[1], "vouched for now")):
        client = making.signed_in(voucher)
        assert f"/vouching/{cleo.public_id}/" in page(client)
        answer = client.post(f"/vouching/{cleo.public_id}/", {"code": code_of(cleo)}, follow=True)
        assert said in answer.content.decode()
        assert f"/vouching/{cleo.public_id}/" not in page(client)
    assert vouched_for(cleo) == "colleagues"


def test_a_wrong_code_is_told_at_its_field(people: tuple[Person, Person, Person]) -> None:
    cleo = people[2]
    answer = making.signed_in(people[0]).post(f"/vouching/{cleo.public_id}/", {"code": "1"})
    assert "This is not the code" in answer.content.decode() and vouched_for(cleo) == ""


def test_who_waits_sees_why_and_cannot_vouch(people: tuple[Person, Person, Person]) -> None:
    new = making.person("analyst", name="Dora")
    client = making.signed_in(people[2])
    shown = page(client)
    assert "Nobody vouched for you yet" in shown and f"/vouching/{new.public_id}/" not in shown
    answer = client.post(f"/vouching/{new.public_id}/", {"code": code_of(new)})
    assert answer.status_code == 200 and "your word does not count" in answer.content.decode()


def test_vouching_asks_who_one_is_and_an_auditor_may_not(people: tuple[Person, Person, Person]) -> None:
    path = f"/vouching/{people[2].public_id}/"
    answer = making.signed_in(people[0], stepped_up=False).post(path, {"code": code_of(people[2])})
    assert answer.status_code == 302 and "/account/again/" in answer.headers["Location"]
    auditor = making.signed_in(making.person("auditor"))
    assert auditor.get(path).status_code == 403 and "Who is vouched for" in page(auditor)


def test_one_s_own_page_shows_the_code_while_one_waits(people: tuple[Person, Person, Person]) -> None:
    _, ben, cleo = people
    shown = page(making.signed_in(cleo), "/account/")
    assert code_of(cleo) in shown and f"{cleo.public_id}, renewal 1" in shown
    shown = page(making.signed_in(ben), "/account/")
    assert code_of(ben) not in shown and "in the signed roster" in shown
    assert code_of(people[0]) not in page(making.signed_in(people[0]), "/account/")


def test_a_house_without_a_roster_says_how_to_begin(house: House) -> None:
    assert "begin it with a roster" in page(making.signed_in(making.person("analyst")))
