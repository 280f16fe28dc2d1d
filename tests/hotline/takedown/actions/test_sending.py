from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.hotline.takedown.making import OFFICER, a_clock, a_notice, acts
from tutela.hotline.cases.models import Item
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown import permitting, queries
from tutela.hotline.takedown.actions import (
    claim_sending,
    find_in_doubt,
    record_answer,
    record_failed,
    record_sent,
    retract_notice,
)
from tutela.hotline.takedown.attempts import Attempt
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
    assert (attempt.message_id, attempt.number) == (stored.message_id, 1)
    assert attempt.message_id.startswith("<msg_") and notice.public_id not in attempt.message_id
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


@pytest.mark.parametrize("in_force", [True, False], ids=["without write", "none in force"])
def test_what_the_mandate_no_longer_grants_stays_but_for_what_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, in_force: bool
) -> None:
    clock = a_clock()
    sent, waiting = a_notice(clock), a_notice(clock, address="abuse@other.test")
    record_sent(claimed(clock), clock=clock)
    made = retract_notice(sent.public_id, actor=OFFICER, reason="person", clock=clock)
    if in_force:
        without = replace(rehearse(tmp_path, clock=clock).mandate, granted={})
        monkeypatch.setattr(permitting, "mandate_in_force", lambda **_named: without)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    assert claimed(clock).notices[0].notice == made.public_id
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None
    waiting.refresh_from_db()
    assert waiting.state == "queued"


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
    assert find_in_doubt(clock=clock) == (attempt.notices[0].notice,)
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
    assert claimed(clock, "busy.test").notices[0].notice == other.public_id
    assert claim_sending("one", lease_seconds=LEASE, busy_hosts=("busy.test",), clock=clock) is None


@pytest.mark.parametrize("state", ["held", "in_review", "verdict", "closed"])
def test_a_notice_whose_item_is_held_or_judged_anew_stays_here_and_is_no_alarm(state: str) -> None:
    clock = a_clock()
    a_notice(clock)
    Item.objects.update(state=state, held_from="acted")
    clock.advance(7_200)
    assert not queries.outbox(clock.now()).alarm
    Notice.objects.update(seen_at=clock.now())
    assert claim_sending("one", lease_seconds=LEASE, clock=clock) is None


def test_a_clock_set_back_leaves_no_notice_waiting_for_years() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    Notice.objects.update(due=clock.now() + timedelta(days=3_650))
    assert claimed(clock).notices[0].notice == notice.public_id


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_senders_at_once_take_each_notice_once() -> None:
    clock = a_clock()
    for number in range(40):
        a_notice(clock, address=f"abuse@host{number % 20}.test")
    taken: list[str] = []

    def send(name: str) -> None:
        try:
            while attempt := claim_sending(name, lease_seconds=LEASE, clock=clock):
                taken.extend(carried.notice for carried in attempt.notices)
                record_sent(attempt, clock=clock)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(f"sender-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40
    assert set(Notice.objects.values_list("state", "attempts")) == {("sent", 1)}
