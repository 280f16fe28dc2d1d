from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.partners.certificates import MAILBOX, a_pem
from tests.hotline.partners.making import OFFICER, a_clock, a_partner, a_referral, acts
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import process
from tutela.hotline.partners.actions import (
    claim_mailing,
    doubt_referrals_after_restore,
    find_doubts,
    record_answer,
    record_answer_by_link,
    record_arrived,
    record_delayed,
    record_mailed,
    record_sealed,
    retry_referral,
)
from tutela.hotline.partners.actions.mailing import LEASE_SECONDS_MAX, Try
from tutela.hotline.partners.models import Partner, Referral
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.answers import Answer, Result
from tutela.kernel.errors import Conflict, Refused

pytestmark = pytest.mark.django_db


def by_mail(clock: FixedClock) -> Partner:
    return a_partner(clock, how="mail", mailbox=MAILBOX, certificates=a_pem())


def made(clock: FixedClock) -> str:
    """The id of a referral by mail that is in line, with its document."""
    name = a_referral(clock, partner=by_mail(clock)).public_id
    record_sealed(name, b"sealed", token="t", clock=clock)
    return name


def claimed(clock: FixedClock) -> Try:
    return claim_mailing(made(clock), message_id="<a@hotline.test>", lease_seconds=100, clock=clock)


def answer(result: Result) -> Answer:
    return Answer(result=result, stage="end", code=250 if result == "accepted" else 0)


def state() -> tuple[str, str]:
    kept = Referral.objects.get()
    return kept.state, kept.trouble


@pytest.mark.parametrize(
    ("result", "state_after", "trouble"),
    [
        ("accepted", "handed", ""),
        ("temporary", "queued", "mail_server"),
        ("permanent", "failed", "mail_refused"),
        ("unknown", "in_doubt", ""),
    ],
)
def test_what_the_server_says_is_a_state(result: Result, state_after: str, trouble: str) -> None:
    clock = a_clock()
    attempt = claimed(clock)
    assert state() == ("sending", "")
    assert record_mailed(attempt, answer(result), clock=clock) == state_after
    assert state() == (state_after, trouble) and Referral.objects.get().lease_until is None
    assert (Item.objects.get().police_told_at is not None) == (result == "accepted")


def test_one_try_at_a_time_and_none_without_a_document() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    with pytest.raises(Conflict):
        claim_mailing(attempt.referral, message_id="<a@b.test>", lease_seconds=1, clock=clock)
    waits = a_referral(clock, partner=by_mail(clock)).public_id
    with pytest.raises(Conflict, match="no document"):
        claim_mailing(waits, message_id="<a@b.test>", lease_seconds=1, clock=clock)


def test_what_died_between_the_hand_over_and_the_record_is_in_doubt_and_stays_so() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    assert find_doubts(clock=clock) == () and state() == ("sending", "")
    clock.advance(101)
    assert find_doubts(clock=clock) == (attempt.referral,)
    clock.advance(10_000_000)
    assert find_doubts(clock=clock) == () and state() == ("in_doubt", "")
    assert acts(attempt.referral)[-1] == "referral_doubted"
    with pytest.raises(Conflict):
        record_delayed(attempt.referral, "fault", clock=clock)


def test_a_lease_that_ends_too_late_is_one_of_a_clock_that_was_set_back() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    late = clock.now() + timedelta(seconds=LEASE_SECONDS_MAX + 1)
    Referral.objects.update(lease_until=late)
    assert find_doubts(clock=clock) == (attempt.referral,)


def test_whoever_held_the_connection_knows_best() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    clock.advance(101)
    find_doubts(clock=clock)
    assert record_mailed(attempt, answer("accepted"), clock=clock) == "handed"


def test_a_person_says_that_it_arrived() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    with pytest.raises(Conflict, match="not in doubt"):
        record_arrived(attempt.referral, actor=OFFICER, clock=clock)
    record_mailed(attempt, answer("unknown"), clock=clock)
    with pytest.raises(Refused):
        record_arrived(attempt.referral, actor=process("sender"), clock=clock)
    assert record_arrived(attempt.referral, actor=OFFICER, clock=clock).state == "handed"
    assert acts(attempt.referral)[-2:] == ["referral_arrived", "referral_handed"]
    with pytest.raises(Conflict):
        record_mailed(attempt, answer("temporary"), clock=clock)


def test_an_answer_by_the_link_of_a_letter_in_doubt_is_kept_and_a_person_says_that_it_arrived() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    with pytest.raises(Refused):
        record_answer_by_link("t", "received", clock=clock)
    record_mailed(attempt, answer("unknown"), clock=clock)
    assert record_answer_by_link("t", "received", clock=clock).state == "in_doubt"
    with pytest.raises(Conflict):
        record_answer(attempt.referral, "received", actor=OFFICER, clock=clock)
    assert Item.objects.get().police_told_at is None
    arrived = record_arrived(attempt.referral, actor=OFFICER, clock=clock)
    assert (arrived.state, arrived.outcome) == ("answered", "received")
    assert Item.objects.get().police_told_at is not None


def test_a_person_sends_it_again_and_the_old_try_writes_nothing() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    record_mailed(attempt, answer("unknown"), clock=clock)
    retry_referral(attempt.referral, actor=OFFICER, clock=clock)
    again = claim_mailing(attempt.referral, message_id="<a@b.test>", lease_seconds=1, clock=clock)
    assert again.token > attempt.token
    with pytest.raises(Conflict, match="another try"):
        record_mailed(attempt, answer("accepted"), clock=clock)


def test_what_is_being_sent_is_not_asked_for_again() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    with pytest.raises(Conflict, match="sending"):
        retry_referral(attempt.referral, actor=OFFICER, clock=clock)


def test_after_a_restore_what_may_have_gone_out_is_in_doubt() -> None:
    clock = a_clock()
    attempt = claimed(clock)
    waiting, folder = made(clock), a_referral(clock).public_id
    assert doubt_referrals_after_restore(clock=clock) == 2
    found = dict(Referral.objects.values_list("public_id", "state"))
    assert found == {attempt.referral: "in_doubt", waiting: "in_doubt", folder: "queued"}
    with pytest.raises(Conflict):
        record_mailed(attempt, answer("accepted"), clock=clock)
