from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import WORKER, a_clock, a_notice
from tutela.hotline.takedown.actions import ask_for_looks, claim_sending, record_look
from tutela.hotline.takedown.attempts import Attempt
from tutela.hotline.takedown.models import Notice
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
LEASE = 60.0


def claimed(clock: FixedClock) -> Attempt:
    attempt = claim_sending("one", lease_seconds=LEASE, clock=clock)
    assert attempt is not None
    return attempt


def test_a_look_is_asked_for_once_when_the_last_one_is_too_old_and_again_when_none_came() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    assert ask_for_looks(clock=clock) == 0
    clock.advance(15 * 60)
    assert [ask_for_looks(clock=clock) for _ in range(2)] == [1, 0]
    assert Job.objects.get().arguments == {"notice": notice.public_id}
    clock.advance(5 * 60 + 1)
    assert ask_for_looks(clock=clock) == 1
    assert Job.objects.count() == 1


def test_looks_are_asked_for_the_urgent_ones_first() -> None:
    clock = a_clock()
    a_notice(clock)
    urgent = a_notice(clock, urgent=True)
    clock.advance(15 * 60)
    assert ask_for_looks(1, clock=clock) == 1
    assert Job.objects.get().arguments == {"notice": urgent.public_id}


def test_nothing_is_sent_on_a_look_of_more_than_fifteen_minutes_ago() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    clock.advance(15 * 60)
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None
    record_look(notice.public_id, "present", actor=WORKER, clock=clock)
    assert claimed(clock).notices[0].seen_at == clock.now()


@pytest.mark.parametrize("result", ["gone", "changed"])
def test_what_is_no_longer_there_withdraws_its_notice(result: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    assert record_look(notice.public_id, result, actor=WORKER, clock=clock) == "withdrawn"  # type: ignore[arg-type]  # words of the list


def test_content_that_was_fetched_at_a_time_to_come_is_fetched_again() -> None:
    """The clock was set back: what stands a day ahead says nothing about the last fifteen minutes."""
    clock = a_clock()
    notice = a_notice(clock)
    Notice.objects.filter(pk=notice.pk).update(seen_at=clock.now() + timedelta(days=1))
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None
    assert ask_for_looks(clock=clock) == 1


def test_a_look_without_an_answer_neither_withdraws_nor_lets_out() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    clock.advance(16 * 60)
    assert record_look(notice.public_id, "unknown", actor=WORKER, clock=clock) == "queued"
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None
    assert Notice.objects.get().due >= clock.now() + timedelta(minutes=10)


@pytest.mark.parametrize("result", ["blocked", "parked", "soft_missing"])
def test_what_may_hide_the_content_holds_a_notice_and_says_why(result: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    clock.advance(16 * 60)
    assert record_look(notice.public_id, result, actor=WORKER, clock=clock) == "queued"  # type: ignore[arg-type]  # words of the list
    held = Notice.objects.get()
    assert held.look_found == result and held.due == clock.now() + timedelta(hours=1)
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None
    clock.advance(3_600)
    record_look(notice.public_id, "present", actor=WORKER, clock=clock)
    assert Notice.objects.get().look_found == ""
    assert claimed(clock).notices[0].seen_at == clock.now()


@pytest.mark.parametrize("result", ["altered", "moved"])
def test_what_is_there_in_another_way_is_told_of(result: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    clock.advance(16 * 60)
    record_look(notice.public_id, result, actor=WORKER, clock=clock)  # type: ignore[arg-type]  # words of the list
    assert claimed(clock).notices[0].seen_at == clock.now()


@pytest.mark.parametrize("result", ["present", "unknown", "gone"])
def test_a_look_does_not_touch_a_notice_on_its_way(result: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    claimed(clock)
    with pytest.raises(Conflict):
        record_look(notice.public_id, result, actor=WORKER, clock=clock)  # type: ignore[arg-type]  # words of the list
