"""Into review and back: each step of the table, with the order's opinion written down once."""

from __future__ import annotations

import pytest

from tests.hotline.review.making import a_clock, a_waiting_item, acts, matched
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import process
from tutela.hotline.review.actions.taking_up import put_back, take_up
from tutela.hotline.review.ordering import MODEL, VERSION
from tutela.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
DESK = process("desk")


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def test_an_item_is_rated_taken_and_put_back_and_rated_once() -> None:
    clock = a_clock()
    item = take_up(fresh(a_waiting_item(clock)), actor=DESK, clock=clock)
    assert item.state == "in_review"
    assert take_up(item, actor=DESK, clock=clock) is item
    back = put_back(item, actor=DESK, clock=clock)
    assert back.state == "rated"
    assert put_back(back, actor=DESK, clock=clock) is back
    assert take_up(back, actor=DESK, clock=clock).state == "in_review"
    (rating,) = item.ratings.all()
    assert (rating.model, rating.model_version, rating.reasons["words"]) == (MODEL, VERSION, ["is_new"])
    assert acts(item.public_id).count("rating_recorded") == 1


def test_a_candidate_of_a_list_says_so() -> None:
    clock = a_clock()
    item = a_waiting_item(clock, state="matched")
    matched(item)
    take_up(fresh(item), actor=DESK, clock=clock)
    assert item.ratings.get().reasons["words"][0] == "near_known"


def test_what_was_moved_meanwhile_is_not_taken() -> None:
    clock = a_clock()
    item = fresh(a_waiting_item(clock))
    take_up(fresh(item), actor=DESK, clock=clock)
    with pytest.raises(Conflict):
        take_up(item, actor=DESK, clock=clock)
