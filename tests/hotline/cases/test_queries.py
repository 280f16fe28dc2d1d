from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.cases.making import (
    CLOCK,
    WORKER,
    a_match,
    a_sighting,
    a_verdict,
    an_item,
    moved,
)
from tutela.hotline.cases.actions import Rated, record_address, record_rating
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.queries import counts, item_facts, item_rows
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db
KEY = IndexKey(raw=bytes(32))


def a_full_item() -> Item:
    """An item with two of everything, and another one of the same place."""
    other, item = an_item("https://there.test/x"), an_item("https://there.test/x")
    for one in (other, item):
        record_address(one.sightings.get(), read_url("https://there.test/x"), KEY, actor=WORKER, clock=CLOCK)
    for _ in range(2):
        a_sighting(item)
        a_match(item, confirmed="", approved=False)
        rated = Rated(model="rules", model_version="1", score=0.5, reasons=("list_unmatched",))
        record_rating(item, rated, actor=WORKER, clock=CLOCK)
    item = moved(item, "fetched", "fingerprinted", "unmatched", "rated", "in_review", "verdict", "in_review")
    return a_verdict(item, legal_class="")


def test_the_facts_of_an_item_are_all_there_and_no_address(django_assert_num_queries: Any) -> None:
    item = a_full_item()
    with django_assert_num_queries(10):
        facts = item_facts(item.public_id)
    assert (facts.row.state, len(facts.sightings), len(facts.matches)) == ("in_review", 5, 2)
    assert facts.fingerprints == {"sha256": 2} and len(facts.ratings) == 2
    assert [one.legal_class for one in facts.verdicts] == ["", "csam"]
    assert len(facts.together) == 1 and {step.to for step in facts.steps} >= {"verdict", "rated", "held"}
    assert "there.test" not in repr(facts)


def test_as_many_queries_for_a_bare_item(django_assert_num_queries: Any) -> None:
    item = an_item()
    with django_assert_num_queries(10):
        assert item_facts(item.public_id).sightings == ()


def test_the_urgent_come_first_then_the_oldest(django_assert_num_queries: Any) -> None:
    quiet, later, urgent = an_item(), an_item(), an_item(urgent=True)
    with django_assert_num_queries(2):
        assert [row.item for row in item_rows()] == [urgent.public_id, quiet.public_id, later.public_id]
    assert [row.item for row in item_rows(start=1, limit=1)] == [quiet.public_id]


def test_items_are_chosen_by_state_and_counted() -> None:
    fetched = moved(an_item(), "fetched")
    an_item()
    assert [row.item for row in item_rows(state="fetched")] == [fetched.public_id]
    assert counts() == {"received": 1, "fetched": 1}


def test_an_item_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused):
        item_facts("itm_nothing")
