from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.cases.making import CLOCK, moved
from tests.hotline.intake.making import Places, a_form
from tutela.hotline.intake.actions import receive_report
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.queries import report_facts, report_rows, standing_of
from tutela.kernel.errors import Refused

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


def test_staff_see_the_urgent_reports_first_then_the_newest(
    places: Places, django_assert_num_queries: Any
) -> None:
    for urgent in ("", "1", ""):
        receive_report(a_form(urgent=urgent), clock=CLOCK)
    with django_assert_num_queries(1):
        rows = report_rows()
    assert [row.urgent for row in rows] == [True, False, False] and {row.items for row in rows} == {2}
    with django_assert_num_queries(2):
        facts = report_facts(rows[0].report)
    assert [state for _, state in facts.about] == ["received", "received"] and facts.row.has_text


@pytest.mark.parametrize("wrong", ["", "rep_1", "\x00", "rep_" + "0" * 32])
def test_a_report_that_is_not_there_is_refused(wrong: str) -> None:
    with pytest.raises(Refused):
        report_facts(wrong)
