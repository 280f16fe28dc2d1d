"""Reporters' words go after the hand-over where the mandate says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.cases.making import CLOCK
from tests.hotline.intake.making import Places, a_form
from tutela.hotline.cases.models import Item
from tutela.hotline.intake import reporter_words
from tutela.hotline.intake.actions import receive_report
from tutela.hotline.intake.models import Report, SelfReportLink
from tutela.hotline.intake.prepared import Origin
from tutela.hotline.intake.reporter_words import empty_words, planned_words
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import HandOver, Mandate
from tutela.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def mandate(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Mandate:
    """A mandate that lets words go three days after the hand-over."""
    home: Path = tmp_path_factory.mktemp("house")
    rehearse(home, clock=CLOCK)
    monkeypatch.setenv("TUTELA_HOME", str(home))
    handed = HandOver(delete=frozenset({"reporter"}), within=3 * DAY)
    made = replace(mandate_in_force(clock=CLOCK), after_hand_over=handed)
    monkeypatch.setattr(reporter_words, "mandate_in_force", lambda clock: made)
    return made


def at(days: float) -> FixedClock:
    return FixedClock(CLOCK.now() + days * DAY)


def a_report(**changed: str) -> Report:
    receive_report(a_form(text="what I saw", **changed), clock=CLOCK)
    return Report.objects.order_by("-pk")[0]


def tell(*items: Item, days: float = 0.0) -> None:
    Item.objects.filter(pk__in=[one.pk for one in items]).update(police_told_at=CLOCK.now() + days * DAY)


def words_of(report: Report) -> bytes:
    report.refresh_from_db()
    return bytes(report.text_sealed)


def test_words_go_with_an_entry_once_the_police_know_all_and_the_time_is_over(places: Places) -> None:
    report = a_report()
    first, second = report.items.order_by("pk")
    tell(first)
    assert empty_words(clock=at(9)) == 0
    tell(second, days=2)
    assert empty_words(clock=at(4.9)) == 0 and words_of(report)
    assert empty_words(clock=at(5.1)) == 1 and not words_of(report) and not report.text_epoch
    (entry,) = [one for one in entries_about(report.public_id, 9) if one.act == "report_words_emptied"]
    assert entry.facts == {"rule": "after_hand_over"}
    assert empty_words(clock=at(6)) == 0


def test_the_words_that_wait_behind_a_childs_link_go_with_those_of_its_report(places: Places) -> None:
    report, other = a_report(), a_report(urls="https://other.test/a")
    tell(*report.items.all())
    written = {"sender": "line", "text_sealed": b"words", "text_epoch": "epo", "made_at": CLOCK.now()}
    for name, one in (("a", report), ("b", other)):
        SelfReportLink.objects.create(token_digest=name * 64, report=one, ends_at=CLOCK.now(), **written)
    assert empty_words(clock=at(5)) == 1
    left = SelfReportLink.objects.order_by("pk").values_list("text_sealed", "text_epoch")
    assert [(bytes(text), epoch) for text, epoch in left] == [(b"", ""), (b"words", "epo")]


def test_what_is_closed_need_not_be_told_and_what_nobody_was_told_of_stays(places: Places) -> None:
    report = a_report()
    first, second = report.items.order_by("pk")
    Item.objects.filter(pk=second.pk).update(state="closed")
    assert empty_words(clock=at(9)) == 0
    tell(first)
    assert empty_words(clock=at(9)) == 1


def test_what_was_added_goes_with_the_report_that_it_adds_to(places: Places) -> None:
    receipt = receive_report(a_form(text="one"), clock=CLOCK)
    receive_report(a_form(text="two", addresses=""), origin=Origin(adds_to=receipt.digest), clock=CLOCK)
    tell(*Item.objects.all())
    assert empty_words(clock=at(4)) == 2


def test_a_legal_hold_wins(places: Places, mandate: Mandate) -> None:
    report = a_report()
    tell(*report.items.all())
    Item.objects.filter(pk=report.items.first().pk).update(  # type: ignore[union-attr]  # it is about two
        state="held", state_reason="legal_hold", held_from="fetched"
    )
    assert empty_words(clock=at(9)) == 0 and words_of(report)
    assert [one.is_held for one in planned_words(mandate, until=at(9).now())] == [True]


def test_a_mandate_that_does_not_name_them_keeps_them(
    places: Places, mandate: Mandate, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = a_report()
    tell(*report.items.all())
    without = replace(mandate, after_hand_over=HandOver(delete=frozenset({"addresses"}), within=DAY))
    monkeypatch.setattr(reporter_words, "mandate_in_force", lambda clock: without)
    assert empty_words(clock=at(9)) == 0 and words_of(report)
