from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import START, a_clock, a_notice
from tutela.hotline.takedown import queries
from tutela.hotline.takedown.actions import claim_sending, find_in_doubt
from tutela.hotline.takedown.actions.doubting import doubt_after_restore
from tutela.hotline.takedown.models import Notice

pytestmark = pytest.mark.django_db


def test_an_empty_outbox_raises_no_alarm() -> None:
    found = queries.outbox(a_clock().now())
    assert (found.queued, found.in_doubt, found.oldest_seconds, found.alarm) == (0, 0, 0.0, False)


def test_a_doubt_is_listed_at_once_and_is_an_alarm() -> None:
    clock = a_clock()
    a_notice(clock)
    claim_sending("one", lease_seconds=60, clock=clock)
    assert not queries.in_doubt(clock.now()).exists() and not queries.outbox(clock.now()).alarm
    find_in_doubt("one", clock=clock)
    assert queries.in_doubt(clock.now()).count() == 1 and queries.outbox(clock.now()).alarm
    assert [one.notice for one in queries.doubts("one")] == [Notice.objects.get().public_id]


def test_a_letter_in_doubt_is_looked_for_once_from_its_claim_on() -> None:
    clock = a_clock()
    a_notice(clock)
    a_notice(clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    clock.advance(61)
    find_in_doubt(clock=clock)
    (doubt,) = queries.doubts("one")
    assert attempt is not None and (doubt.message_id, doubt.token) == (attempt.message_id, attempt.token)
    assert (doubt.since, doubt.until, doubt.was_restored) == (START, clock.now(), False)


def test_a_notice_that_was_in_no_letter_when_its_database_was_copied_has_no_trace() -> None:
    clock = a_clock()
    a_notice(clock)
    doubt_after_restore(clock=clock)
    assert queries.in_doubt(clock.now()).exists() and queries.doubts("one") == queries.doubts("") == []


def test_what_seems_to_hang_is_shown_beside_them_after_a_minute() -> None:
    clock = a_clock()
    a_notice(clock)
    claim_sending("one", lease_seconds=600, clock=clock)
    clock.advance(61)
    assert queries.in_doubt(clock.now()).get().state == "sending"


def test_an_overdue_second_look_is_an_alarm() -> None:
    clock = a_clock()
    a_notice(clock)
    Notice.objects.update(second_look_due=clock.now() + timedelta(hours=24), state="sent")
    clock.advance(86_400)
    assert not queries.outbox(clock.now()).alarm
    clock.advance(1)
    assert queries.outbox(clock.now()).second_looks_overdue == 1 and queries.outbox(clock.now()).alarm


def test_the_oldest_come_first() -> None:
    clock = a_clock()
    first = a_notice(clock)
    clock.advance(1)
    second = a_notice(clock, urgent=True)
    assert list(queries.notices("queued")) == [first, second] and not queries.notices("sent").exists()
