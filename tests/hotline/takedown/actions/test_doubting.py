from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, a_notice, acts
from tutela.hotline.ledger.actors import process
from tutela.hotline.takedown.actions import (
    claim_sending,
    find_in_doubt,
    record_bounce,
    record_failed,
    record_sent,
    resolve_in_doubt,
    send_again,
)
from tutela.hotline.takedown.attempts import Attempt
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.states import Event
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db
SENDER = process("sender")


def claimed(clock: FixedClock, sender: str = "one") -> Attempt:
    attempt = claim_sending(sender, lease_seconds=60, clock=clock)
    assert attempt is not None
    return attempt


def in_doubt(clock: FixedClock) -> Attempt:
    a_notice(clock)
    attempt = claimed(clock)
    assert find_in_doubt("one", clock=clock) == (attempt.notices[0].notice,)
    return attempt


def test_recovery_puts_in_doubt_what_the_senders_earlier_life_held_and_nothing_else() -> None:
    clock = a_clock()
    a_notice(clock)
    waiting = a_notice(clock, address="abuse@other.test")
    mine = claimed(clock)
    assert find_in_doubt("two", clock=clock) == ()
    assert find_in_doubt("one", clock=clock) == (mine.notices[0].notice,)
    assert find_in_doubt("one", clock=clock) == ()
    states = dict(Notice.objects.values_list("public_id", "state"))
    assert states == {mine.notices[0].notice: "in_doubt", waiting.public_id: "queued"}
    assert acts(mine.notices[0].notice)[-1] == "notice_abandoned"


def test_a_sender_elsewhere_is_given_up_when_its_lease_is_over() -> None:
    clock = a_clock()
    a_notice(clock)
    held = claimed(clock, "elsewhere")
    clock.advance(60)
    assert find_in_doubt("one", clock=clock) == ()
    clock.advance(1)
    assert find_in_doubt("one", clock=clock) == (held.notices[0].notice,)


def test_a_clock_set_back_leaves_no_notice_sending_for_years() -> None:
    clock = a_clock()
    a_notice(clock)
    held = claimed(clock, "elsewhere")
    Notice.objects.update(lease_until=clock.now() + timedelta(days=3_650))
    assert find_in_doubt("one", clock=clock) == (held.notices[0].notice,)


def test_time_never_puts_a_doubt_back_into_the_queue() -> None:
    clock = a_clock()
    in_doubt(clock)
    clock.advance(365 * 86_400)
    assert find_in_doubt("one", clock=clock) == ()
    assert claim_sending("one", lease_seconds=60, clock=clock) is None
    assert Notice.objects.get().state == "in_doubt"


@pytest.mark.parametrize(
    ("event", "actor", "state"),
    [
        ("trace_accepted", SENDER, "sent"),
        ("trace_absent", SENDER, "queued"),
        ("trace_bounced", SENDER, "failed"),
        ("bounced", WORKER, "failed"),
        ("person_sends_again", OFFICER, "queued"),
        ("person_leaves", OFFICER, "sent"),
        ("person_leaves", process("operator"), "sent"),
    ],
    ids=range(7),
)
def test_evidence_or_a_person_settles_a_doubt_and_it_is_written_down(
    event: Event, actor: object, state: str
) -> None:
    clock = a_clock()
    attempt = in_doubt(clock)
    assert resolve_in_doubt(attempt.notices[0].notice, event, actor=actor, clock=clock) == state  # type: ignore[arg-type]  # parametrized
    assert Notice.objects.get().evidence == event
    assert acts(attempt.notices[0].notice)[-1] == "notice_resolved"


@pytest.mark.parametrize(
    ("event", "actor"),
    [("person_leaves", SENDER), ("trace_accepted", OFFICER)],
    ids=["a machine", "a person"],
)
def test_a_machine_does_not_choose_and_a_person_does_not_make_evidence(event: Event, actor: object) -> None:
    clock = a_clock()
    attempt = in_doubt(clock)
    with pytest.raises(Invalid):
        resolve_in_doubt(attempt.notices[0].notice, event, actor=actor, clock=clock)  # type: ignore[arg-type]  # parametrized


def test_of_two_who_settle_one_doubt_the_slower_is_refused() -> None:
    clock = a_clock()
    attempt = in_doubt(clock)
    resolve_in_doubt(
        attempt.notices[0].notice, "person_leaves", actor=OFFICER, token=attempt.token, clock=clock
    )
    with pytest.raises(Conflict):
        resolve_in_doubt(
            attempt.notices[0].notice, "person_sends_again", actor=OFFICER, token=attempt.token, clock=clock
        )


def test_a_sender_that_comes_back_does_not_undo_what_was_settled() -> None:
    clock = a_clock()
    attempt = in_doubt(clock)
    resolve_in_doubt(attempt.notices[0].notice, "person_sends_again", actor=OFFICER, clock=clock)
    with pytest.raises(Conflict):
        record_sent(attempt, clock=clock)
    assert claimed(clock).number == 2


def test_a_refused_notice_is_tried_again_when_a_person_asks() -> None:
    clock = a_clock()
    a_notice(clock)
    attempt = claimed(clock)
    record_failed(attempt, code=550, clock=clock)
    with pytest.raises(Conflict):
        send_again(attempt.notices[0].notice, actor=WORKER, clock=clock)
    assert send_again(attempt.notices[0].notice, actor=OFFICER, clock=clock) == "queued"
    with pytest.raises(Conflict):
        send_again(attempt.notices[0].notice, actor=OFFICER, clock=clock)


def test_a_bounce_takes_back_that_it_was_sent() -> None:
    clock = a_clock()
    a_notice(clock)
    attempt = claimed(clock)
    record_sent(attempt, clock=clock)
    assert record_bounce(attempt.notices[0].notice, actor=WORKER, clock=clock) == "failed"


def test_a_notice_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refused):
        resolve_in_doubt(new_id("ntc_"), "person_leaves", actor=OFFICER)
