from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.cases.making import CLOCK, moved
from tests.hotline.intake.making import Places, a_form
from tutela.hotline.cases.models import Item, Membership, Series
from tutela.hotline.intake.actions import receive_report
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.prepared import Origin
from tutela.hotline.intake.queries import report_facts, report_rows, standing_of, weights_of
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db
WAITING = "We have it, and it waits for the next person who is free."


def told(words: str) -> dict[str, int]:
    found = standing_of(words)
    assert found is not None and not found.only_words
    return {str(sentence): number for sentence, number in found.told}


def test_a_report_is_received_then_in_work_then_done(places: Places) -> None:
    words = receive_report(a_form(), clock=CLOCK).words
    assert told(words) == {WAITING: 2}
    first, second = Report.objects.get().items.order_by("pk")
    first = moved(first, "fetched", "fingerprinted", "unmatched", "rated", "in_review")
    assert told(words) == {WAITING: 1, "We are dealing with it.": 1}
    moved(second, "closed")
    moved(first, "held")
    assert told(words) == {"We are dealing with it.": 1, "It is nothing that we may deal with.": 1}


def test_a_report_of_words_alone_is_read(places: Places) -> None:
    found = standing_of(receive_report(a_form(addresses=""), clock=CLOCK).words)
    assert found is not None and found.only_words


def test_what_was_added_counts_with_the_report(places: Places) -> None:
    receipt = receive_report(a_form(), clock=CLOCK)
    more = Origin(adds_to=receipt.digest)
    receive_report(a_form(addresses="https://there.test/more"), origin=more, clock=CLOCK)
    assert told(receipt.words) == {WAITING: 3}
    first, second = Report.objects.order_by("pk")
    facts = report_facts(second.public_id)
    assert facts.adds_to == first.public_id and report_facts(first.public_id).additions == (second.public_id,)


def test_a_place_that_many_report_weighs_more(places: Places, django_assert_num_queries: Any) -> None:
    for _ in range(2):
        receive_report(a_form(addresses="https://there.test/one"), clock=CLOCK)
    receive_report(a_form(addresses="https://there.test/two"), clock=CLOCK)
    first, second, third = Item.objects.order_by("pk")
    place = Series.objects.create(kind="place", made_at=CLOCK.now())
    for item in (first, second):
        Membership.objects.create(item=item, series=place)
    with django_assert_num_queries(3):
        weights = weights_of([first.pk, second.pk, third.pk])
    assert weights == {first.pk: 2, second.pk: 2, third.pk: 1}


@pytest.mark.parametrize("wrong", ["", "abacus abdomen", "x" * 1_000, "\x00"])
def test_a_wrong_receipt_is_none(places: Places, wrong: str) -> None:
    receive_report(a_form(), clock=CLOCK)
    assert standing_of(wrong) is None


def test_right_and_wrong_ask_the_same_of_the_database(places: Places, django_assert_num_queries: Any) -> None:
    words = receive_report(a_form(), clock=CLOCK).words
    for receipt in (words, words[::-1]):
        with django_assert_num_queries(2):
            standing_of(receipt)


def test_staff_see_the_urgent_reports_first_then_the_newest(
    places: Places, django_assert_num_queries: Any
) -> None:
    for urgent in ("", "1", ""):
        receive_report(a_form(urgent=urgent), clock=CLOCK)
    with django_assert_num_queries(3):
        rows = report_rows()
    assert [row.urgent for row in rows] == [True, False, False] and {row.items for row in rows} == {2}
    with django_assert_num_queries(5):
        facts = report_facts(rows[0].report)
    assert [about[1:] for about in facts.about] == [("received", 1), ("received", 1)] and facts.row.has_text


@pytest.mark.parametrize("wrong", ["", "rep_1", "\x00", "rep_" + "0" * 32])
def test_a_report_that_is_not_there_is_refused(wrong: str) -> None:
    with pytest.raises(Refused):
        report_facts(wrong)
