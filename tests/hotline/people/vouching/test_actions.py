from __future__ import annotations

import pytest

from tests.hotline.people import making
from tests.hotline.people.vouching.houses import House, house
from tutela.hotline.ledger.actors import Actor, process
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.people import actions as people_actions
from tutela.hotline.people.models import Person, Vouching
from tutela.hotline.people.vouching.actions import vouch
from tutela.hotline.people.vouching.codes import code_of
from tutela.hotline.people.vouching.queries import vouched_for
from tutela.kernel.errors import Conflict, Invalid, Refused

__all__ = ["house"]
pytestmark = pytest.mark.django_db
OPERATOR = process("operator")


@pytest.fixture
def three(house: House) -> tuple[Person, ...]:
    """An administrator and an analyst of the roster, and somebody new."""
    roles = {"Ada": "administrator", "Ben": "analyst", "Cleo": "analyst"}
    found = (*(making.person(role, name=name) for name, role in roles.items()),)
    house.names(*found[:2])
    return found


def says(voucher: Person, somebody: Person) -> str:
    somebody.refresh_from_db()
    return vouch(somebody, code_of(somebody), voucher=voucher)


def test_two_words_make_an_account_count_and_the_ledger_keeps_both(
    three: tuple[Person, ...],
) -> None:
    root, ben, new = three
    assert says(root, new) == vouched_for(new) == ""
    assert says(ben, new) == vouched_for(new) == "colleagues"
    last, first = entries_about(new.public_id, 2)
    assert (first.act, dict(first.facts)) == ("account_vouched_for", {"renewal": 1, "stands": False})
    assert last.actor == ben.public_id and last.facts["stands"] is True


def test_one_word_twice_is_one(three: tuple[Person, ...]) -> None:
    root, _, new = three
    says(root, new)
    with pytest.raises(Conflict, match="already"):
        says(root, new)
    assert Vouching.objects.count() == 1 and vouched_for(new) == ""


def test_two_who_know_only_each_other_are_nobody(three: tuple[Person, ...]) -> None:
    """The pair of puppets: neither was vouched for when it gave its word."""
    new, other = three[2], making.person("list_approver", name="Dora")
    for one, another in ((new, other), (other, new)):
        with pytest.raises(Refused, match="your word does not count"):
            says(one, another)
    assert Vouching.objects.count() == 0


def test_nobody_vouches_for_themselves(three: tuple[Person, ...]) -> None:
    with pytest.raises(Refused, match="themselves"):
        says(three[0], three[0])


@pytest.mark.parametrize("code", ["", "0000 0000", "12345678 "])
def test_another_code_is_refused(code: str, three: tuple[Person, ...]) -> None:
    with pytest.raises(Invalid, match="not the code"):
        vouch(three[2], code, voucher=three[0])
    assert Vouching.objects.count() == 0


def test_an_account_that_nobody_took_up_is_refused(three: tuple[Person, ...]) -> None:
    made = people_actions.invite_person("Eve", "eve@house.test", frozenset({"analyst"}), actor=OPERATOR)
    with pytest.raises(Refused, match="not in use"):
        says(three[0], made.person)


@pytest.mark.parametrize("who", ["roster", "colleagues"])
def test_who_gets_a_sign_in_of_somebody_else_begins_anew(who: str, three: tuple[Person, ...]) -> None:
    root, ben, new = three
    says(root, new)
    says(ben, new)
    taken = {"roster": ben, "colleagues": new}[who]
    assert vouched_for(taken) == who
    code = code_of(taken)
    made = people_actions.reset_sign_in(taken, actor=Actor(kind="person", name=root.public_id))
    assert vouched_for(taken) == ""
    people_actions.take_up(made.token, making.PASSWORD)
    taken.refresh_from_db()
    assert vouched_for(taken) == "" and taken.is_active
    with pytest.raises(Refused, match="your word does not count"):
        says(taken, making.person("analyst"))
    with pytest.raises(Invalid):
        vouch(taken, code, voucher=root)


def test_a_new_role_that_votes_asks_for_a_new_word_and_one_that_goes_does_not(
    three: tuple[Person, ...],
) -> None:
    root, ben, _ = three
    actor = Actor(kind="person", name=root.public_id)
    people_actions.change_roles(ben, frozenset({"analyst", "intake_officer"}), actor=actor)
    assert vouched_for(ben) == "roster"
    people_actions.change_roles(ben, frozenset({"analyst", "list_approver"}), actor=actor)
    assert vouched_for(ben) == ""
    people_actions.change_roles(ben, frozenset({"analyst"}), actor=actor)
    assert vouched_for(ben) == ""  # what was lost does not come back with the role


def test_a_word_counts_while_its_giver_does(three: tuple[Person, ...]) -> None:
    """Else one person who comes back under another account is two."""
    root, ben, new = three
    says(root, new)
    says(ben, new)
    people_actions.end_account(ben, actor=OPERATOR)
    assert vouched_for(ben) == vouched_for(new) == ""


def test_a_word_does_not_come_back_with_its_giver(house: House, three: tuple[Person, ...]) -> None:
    root, ben, new = three
    says(root, new)
    says(ben, new)
    people_actions.take_up(people_actions.reset_sign_in(ben, actor=OPERATOR).token, None)
    house.names(root, ben)
    assert vouched_for(ben) == "roster" and vouched_for(new) == ""
    assert says(ben, new) == "colleagues"


def test_the_next_roster_without_somebody_ends_their_standing(
    house: House, three: tuple[Person, ...]
) -> None:
    root, ben, _ = three
    house.names(root)
    assert vouched_for(ben) == "" and vouched_for(root) == "roster"


def test_a_roster_written_before_the_account_was_taken_up_does_not_hold(house: House) -> None:
    """Whoever holds the link holds the account: the signers have not seen who took it up."""
    made = people_actions.invite_person("Eve", "eve@house.test", frozenset({"analyst"}), actor=OPERATOR)
    house.names(made.person)
    somebody = people_actions.take_up(made.token, None)
    assert vouched_for(somebody) == ""
    house.names(somebody)
    assert vouched_for(somebody) == "roster"
