"""Who may look: the role, the mandate, and what is theirs."""

from __future__ import annotations

import pytest

from tests.hotline.people.making import person
from tests.hotline.review.making import ILLEGAL, a_clock, a_waiting_item, an_analyst, judged, later, matched
from tutela.hotline.people.roles import AUDITOR, INTAKE_OFFICER, SENIOR_ANALYST, TAKEDOWN_OFFICER
from tutela.hotline.review.access import access_second, access_turn, check_looking, may_be_shown
from tutela.hotline.review.actions import claim_next
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [AUDITOR, INTAKE_OFFICER, TAKEDOWN_OFFICER])
def test_only_analysts_look(role: str) -> None:
    clock = a_clock()
    check_looking(an_analyst(), clock=clock)
    check_looking(person(SENIOR_ANALYST), clock=clock)
    with pytest.raises(Refused, match="role"):
        check_looking(person(role), clock=clock)


def test_a_turn_is_its_persons_while_its_time_lasts() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    assert [one.item for one in access_turn(anna, turn.turn, clock=clock)] == [item]
    for who, name in ((an_analyst("Ben"), turn.turn), (anna, new_id("trn_"))):
        with pytest.raises(Conflict):
            access_turn(who, name, clock=clock)
    later(clock, minutes=60)
    with pytest.raises(Conflict):
        access_turn(anna, turn.turn, clock=clock)


def test_a_second_look_is_for_others_and_where_one_is_asked_for() -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    item, other = a_waiting_item(clock, urgent=True), a_waiting_item(clock)
    judged(anna, ILLEGAL, clock)
    assert access_second(ben, item.public_id).item == item
    with pytest.raises(Refused, match="somebody else"):
        access_second(anna, item.public_id)
    with pytest.raises(Refused, match="no second look"):
        access_second(ben, other.public_id)


def test_what_an_approved_list_knows_byte_for_byte_is_shown_to_nobody() -> None:
    clock = a_clock()
    known, near = a_waiting_item(clock, state="matched"), a_waiting_item(clock, state="matched")
    matched(known, confirmed="sha256")
    matched(near, confirmed="second_hash")
    assert (may_be_shown(known), may_be_shown(near)) == (False, True)
