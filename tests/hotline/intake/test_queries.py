from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.cases.making import CLOCK, moved
from tests.hotline.intake.making import Places, a_form
from tutela.hotline.intake.actions import receive_report
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.queries import standing_of

pytestmark = pytest.mark.django_db


def test_a_report_is_received_then_in_work_then_done(places: Places) -> None:
    words = receive_report(a_form(), clock=CLOCK).words
    assert standing_of(words) == "received"
    first, second = Report.objects.get().items.order_by("pk")
    first = moved(first, "fetched", "fingerprinted", "unmatched", "rated", "in_review")
    assert standing_of(words) == "in_work"
    moved(second, "closed")
    assert standing_of(words) == "in_work"
    moved(first, "closed")
    assert standing_of(words) == "done"


def test_a_report_of_words_alone_is_received(places: Places) -> None:
    assert standing_of(receive_report(a_form(addresses=""), clock=CLOCK).words) == "received"


@pytest.mark.parametrize("wrong", ["", "abacus abdomen", "x" * 1_000, "\x00"])
def test_a_wrong_receipt_is_none(places: Places, wrong: str) -> None:
    receive_report(a_form(), clock=CLOCK)
    assert standing_of(wrong) is None


def test_right_and_wrong_ask_the_same_of_the_database(places: Places, django_assert_num_queries: Any) -> None:
    words = receive_report(a_form(), clock=CLOCK).words
    for receipt in (words, words[::-1]):
        with django_assert_num_queries(1):
            standing_of(receipt)
