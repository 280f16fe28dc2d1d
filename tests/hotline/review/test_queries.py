"""What waits: not what is proven, taken, early or settled; with its reasons, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hotline.review.making import (
    ILLEGAL,
    GreyOpener,
    a_clock,
    a_page,
    a_waiting_item,
    an_analyst,
    judged,
    later,
    matched,
)
from tutela.hotline.cases.models import Item, Series
from tutela.hotline.review import queries
from tutela.hotline.review.actions import claim_next, show
from tutela.hotline.review.rules import rules_in_force
from tutela.hotline.review.settings import ReviewRules
from tutela.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db


def waiting(clock: FixedClock) -> set[str]:
    return set(queries.waiting(clock.now()).values_list("public_id", flat=True))


def test_each_waits_with_its_reasons_in_words() -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock, source="partner")
    later(clock, hours=30)
    a_waiting_item(clock)
    reasons = [row.place.reasons for row in queries.queue_rows(anna, now=clock.now())]
    assert reasons == [("waits_long", "from_partner"), ("is_new",)]


def test_what_stands_on_a_page_waits_for_the_rest_of_it_but_not_for_long() -> None:
    clock = a_clock()
    page, pictures = a_page(clock, 2)
    Item.objects.filter(pk=page.pk).update(state="fingerprinted")
    assert not waiting(clock)
    later(clock, minutes=16)
    assert waiting(clock) == {one.public_id for one in pictures}


def test_a_page_with_nothing_but_known_things_needs_nobody() -> None:
    clock = a_clock()
    page, pictures = a_page(clock, 2)
    Item.objects.filter(pk=page.pk).update(state="matched")
    Item.objects.filter(pk__in=[one.pk for one in pictures]).update(state="acted")
    assert not waiting(clock)
    Item.objects.filter(pk=pictures[0].pk).update(state="unmatched")
    assert waiting(clock) == {page.public_id, pictures[0].public_id}


def test_a_list_that_is_not_approved_proves_nothing() -> None:
    clock = a_clock()
    item = a_waiting_item(clock, state="matched")
    matched(item, confirmed="sha256", approved=False)
    assert waiting(clock) == {item.public_id}


def test_the_number_of_queries_does_not_grow_with_the_queue() -> None:
    clock, anna = a_clock(), an_analyst()
    counts = []
    for more in (2, 10):
        for _ in range(more):
            a_waiting_item(clock)
        with CaptureQueriesContext(connection) as asked:
            queries.queue_rows(anna, now=clock.now())
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_somebody_has_and_what_was_shown_to_them() -> None:
    clock, anna = a_clock(), an_analyst()
    assert queries.turn_of(anna, now=clock.now()) == ""
    a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    assert queries.turn_of(anna, now=clock.now()) == turn.turn
    judged(anna, ILLEGAL, clock)
    (display,) = queries.displays(anna, _rules(), now=clock.now() + timedelta(hours=1))
    assert display.ended == display.begun


def test_what_counts_as_shown_is_ones_own_lasts_until_it_ends_and_a_day() -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    show(anna, turn.turn, opener=GreyOpener(), clock=clock)
    for minutes, seconds in ((2, 120), (10, _rules().display_seconds), (23 * 60, _rules().display_seconds)):
        later(clock, minutes=minutes)
        (display,) = queries.displays(anna, _rules(), now=clock.now())
        assert display.ended - display.begun == timedelta(seconds=seconds)
    assert queries.displays(ben, _rules(), now=clock.now()) == []
    later(clock, hours=1)
    assert queries.displays(anna, _rules(), now=clock.now()) == []


def test_an_item_of_no_page_is_a_group_of_itself() -> None:
    clock = a_clock()
    item = a_waiting_item(clock)
    Series.objects.create(kind="place", made_at=clock.now())
    assert queries.group_of(item, queries.waiting(clock.now()), limit=10) == [item]


def _rules() -> ReviewRules:
    return rules_in_force()
