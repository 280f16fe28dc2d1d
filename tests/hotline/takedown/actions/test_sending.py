from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import WORKER, a_clock, a_notice, acts
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.actions import (
    claim_sending,
    find_in_doubt,
    record_answer,
    record_failed,
    record_look,
    record_sent,
)
from tutela.hotline.takedown.actions.sending import Attempt
from tutela.hotline.takedown.models import Notice
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.answers import Answer, Result
from tutela.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
LEASE = 60.0


def claimed(clock: FixedClock, *busy: str) -> Attempt:
    attempt = claim_sending("one", lease_seconds=LEASE, busy_hosts=busy, clock=clock)
    assert attempt is not None
    return attempt


def test_a_claim_is_written_down_before_anything_is_sent() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    attempt = claimed(clock)
    stored = Notice.objects.get()
    assert (stored.state, stored.attempts, stored.token, stored.sender) == ("sending", 1, 1, "one")
    assert stored.lease_until == clock.now() + timedelta(seconds=LEASE)
    assert (attempt.message_id, attempt.number) == (notice.message_id, 1)
    assert claim_sending("two", lease_seconds=LEASE, clock=clock) is None


@pytest.mark.parametrize(
    ("result", "state"),
    [("accepted", "sent"), ("temporary", "queued"), ("permanent", "failed"), ("unknown", "in_doubt")],
)
def test_each_answer_has_its_state_and_its_entry(result: Result, state: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    answer = Answer(result=result, stage="end", code=250)
    assert record_answer(claimed(clock), answer, clock=clock) == state
    stored = Notice.objects.get()
    assert (stored.state, stored.evidence, stored.lease_until) == (state, result, None)
    assert acts(notice.public_id) == ["notice_queued", "notice_claimed", "notice_answered"]


def test_a_notice_is_not_tried_again_within_ten_minutes() -> None:
    clock = a_clock()
    a_notice(clock)
    record_answer(
        claimed(clock),
        Answer(result="temporary", stage="recipient", code=451),
        chance=lambda: 0.0,
        clock=clock,
    )
    clock.advance(599)
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None
    clock.advance(1)
    assert claimed(clock).number == 2


def test_the_message_id_is_the_same_for_every_attempt() -> None:
    clock = a_clock()
    a_notice(clock)
    first = claimed(clock)
    record_answer(first, Answer(result="temporary", stage="recipient", code=451), clock=clock)
    clock.advance(800)
    second = claimed(clock)
    assert second.message_id == first.message_id and second.token > first.token


def test_an_answer_to_an_attempt_that_was_overtaken_is_refused() -> None:
    clock = a_clock()
    a_notice(clock)
    first = claimed(clock)
    record_answer(first, Answer(result="temporary", stage="recipient", code=451), clock=clock)
    clock.advance(800)
    claimed(clock)
    with pytest.raises(Conflict):
        record_sent(first, clock=clock)
    assert Notice.objects.get().state == "sending"


@pytest.mark.parametrize(
    ("result", "state"), [("accepted", "sent"), ("temporary", "queued"), ("unknown", "in_doubt")]
)
def test_an_attempt_that_was_believed_dead_may_still_say_what_it_heard(result: Result, state: str) -> None:
    clock = a_clock()
    a_notice(clock)
    attempt = claimed(clock)
    clock.advance(LEASE + 1)
    assert find_in_doubt(clock=clock) == (attempt.notice,)
    assert record_answer(attempt, Answer(result=result, stage="end"), clock=clock) == state


def test_a_notice_that_failed_for_good_is_not_tried_again() -> None:
    clock = a_clock()
    a_notice(clock)
    assert record_failed(claimed(clock), code=550, clock=clock) == "failed"
    clock.advance(86_400)
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None


def test_notices_to_a_busy_host_wait_and_others_do_not() -> None:
    clock = a_clock()
    a_notice(clock, address="abuse@busy.test")
    other = a_notice(clock, address="abuse@free.test")
    assert claimed(clock, "busy.test").notice == other.public_id
    assert claim_sending("one", lease_seconds=LEASE, busy_hosts=("busy.test",), clock=clock) is None


def test_a_notice_whose_item_is_held_stays_here() -> None:
    clock = a_clock()
    a_notice(clock)
    Item.objects.update(state="held", held_from="acted")
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None


def test_nothing_is_sent_on_a_look_of_more_than_fifteen_minutes_ago() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    clock.advance(15 * 60)
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None
    record_look(notice.public_id, "present", actor=WORKER, clock=clock)
    assert claimed(clock).seen_at == clock.now()


@pytest.mark.parametrize("result", ["gone", "changed"])
def test_what_is_no_longer_there_withdraws_its_notice(result: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    assert record_look(notice.public_id, result, actor=WORKER, clock=clock) == "withdrawn"  # type: ignore[arg-type]  # words of the list


def test_a_look_without_an_answer_neither_withdraws_nor_lets_out() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    clock.advance(16 * 60)
    assert record_look(notice.public_id, "unknown", actor=WORKER, clock=clock) == "queued"
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None
    assert Notice.objects.get().due >= clock.now() + timedelta(minutes=10)


@pytest.mark.parametrize("result", ["present", "unknown", "gone"])
def test_a_look_does_not_touch_a_notice_on_its_way(result: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    claimed(clock)
    with pytest.raises(Conflict):
        record_look(notice.public_id, result, actor=WORKER, clock=clock)  # type: ignore[arg-type]  # words of the list
