"""Handing out: the weightiest first, to one person at a time, a page's as one group, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.people.making import person
from tests.hotline.review.making import (
    CANNOT_JUDGE,
    a_clock,
    a_page,
    a_waiting_item,
    acts,
    an_analyst,
    judged,
    later,
    matched,
    state_of,
)
from tutela.hotline.cases.models import Item
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.roles import ADMINISTRATOR
from tutela.hotline.review.actions import claim_next, give_back
from tutela.hotline.review.models import Lease
from tutela.kernel.errors import Conflict, Refused

pytestmark = pytest.mark.django_db


def test_the_next_item_is_taken_with_the_reason_for_its_place() -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    urgent = a_waiting_item(clock, urgent=True)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    assert turn.items == (urgent.public_id,)
    assert state_of(urgent) == "in_review"
    assert urgent.ratings.get().reasons["words"][0] == "child_in_danger"
    assert "item_handed_out" in acts(turn.turn)


def test_two_people_never_have_the_same_item() -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    items = {a_waiting_item(clock).public_id for _ in range(2)}
    turns = [claim_next(who, clock=clock) for who in (anna, ben, an_analyst("Cleo"))]
    assert turns[2] is None
    assert {one.items[0] for one in turns if one} == items


def test_who_asks_again_gets_what_they_have() -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    a_waiting_item(clock)
    assert claim_next(anna, clock=clock) == claim_next(anna, clock=clock)


def test_what_somebody_had_for_too_long_goes_to_a_colleague() -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    item = a_waiting_item(clock)
    first = claim_next(anna, clock=clock)
    later(clock, minutes=61)
    second = claim_next(ben, clock=clock)
    assert first is not None
    assert second is not None
    assert second.items == (item.public_id,)
    assert Lease.objects.get(turn=first.turn).how_ended == "lapsed"
    with pytest.raises(Conflict):
        give_back(anna, first.turn, clock=clock)


def test_what_is_given_back_waits_again() -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    item = a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    with pytest.raises(Conflict):
        give_back(ben, turn.turn, clock=clock)
    give_back(anna, turn.turn, clock=clock)
    assert state_of(item) == "rated"
    assert claim_next(ben, clock=clock) is not None


def test_a_page_and_what_stood_on_it_is_one_group() -> None:
    clock, anna = a_clock(), an_analyst()
    page, pictures = a_page(clock, 30)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    assert set(turn.items) == {one.public_id for one in (page, *pictures)}
    assert claim_next(an_analyst("Ben"), clock=clock) is None
    taken = Item.objects.filter(state="in_review").count()
    assert 0 < taken < len(turn.items)


def test_what_is_proven_or_was_judged_is_not_handed_out() -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    proven = a_waiting_item(clock, state="matched")
    matched(proven, confirmed="sha256")
    own = a_waiting_item(clock)
    judged(anna, CANNOT_JUDGE, clock)
    assert claim_next(anna, clock=clock) is None
    turn = claim_next(ben, clock=clock)
    assert turn is not None
    assert turn.items == (own.public_id,)


def test_a_candidate_of_a_list_comes_before_what_nobody_knows() -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    near = a_waiting_item(clock, state="matched")
    matched(near, confirmed="second_hash")
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    assert turn.items == (near.public_id,)


def test_nothing_is_handed_to_another_role_or_where_the_mandate_forbids_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    with pytest.raises(Refused, match="role"):
        claim_next(person(ADMINISTRATOR), clock=clock)
    rehearse(tmp_path, mandate="no-viewing", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    with pytest.raises(Refused, match="may not show an item"):
        claim_next(anna, clock=clock)
    assert not Lease.objects.exists()
