from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import a_clock, a_notice
from tutela.hotline.takedown import queries
from tutela.hotline.takedown.actions import claim_sending, find_in_doubt
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
    assert [one[0] for one in queries.doubts("one")] == [Notice.objects.get().public_id]


def test_a_doubt_of_a_notice_that_was_never_tried_is_looked_for_from_the_day_it_was_queued() -> None:
    clock = a_clock()
    a_notice(clock)
    Notice.objects.update(state="in_doubt")
    assert queries.doubts("one")[0][3] == clock.now()


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
