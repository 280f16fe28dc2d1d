from __future__ import annotations

import pytest

from tests.hotline.takedown.actions.test_taking_back import close, filled
from tests.hotline.takedown.contacts.registered import registered
from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, a_notice
from tutela.hotline.takedown.actions import record_check
from tutela.hotline.takedown.actions.taking_back import record_stays_told
from tutela.hotline.takedown.contacts.models import FORM_STATES
from tutela.hotline.takedown.contacts.proposals import HANDED_RUNGS
from tutela.hotline.takedown.contacts.taken_back import take_backs
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.removal import Look, Result
from tutela.hotline.takedown.states import STATES
from tutela.hotline.takedown.timeline import BY_HAND, NOTICES, TAKEN_BACK, tell
from tutela.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db


def looked(notice: Notice, clock: FixedClock, result: Result) -> None:
    clock.advance(2_000)
    both = tuple(Look(vantage=one, at=clock.now(), result=result) for one in ("here", "there"))
    record_check(notice.sighting, both, actor=WORKER, clock=clock)


def test_every_state_of_a_notice_has_a_sentence() -> None:
    assert set(NOTICES) == set(STATES)


def test_whom_it_was_told_and_that_it_is_gone_and_came_back() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    Notice.objects.update(state="sent")
    for result in ("gone", "gone", "present"):
        looked(notice, clock, result)
    told = sorted(tell(notice.sighting.item), key=lambda one: one.at)
    assert [str(one.sentence) for one in told] == [
        "Host Ltd was told.",
        "It was gone: seen from two places, and twice from each.",
        "Machines have looked 6 times whether it is still there; this was the last look.",
        "It was there again.",
    ]
    assert told[0].subject == notice.public_id and "canary" not in str(told)


def test_a_retraction_says_so() -> None:
    clock = a_clock()
    first, second = a_notice(clock), a_notice(clock)
    Notice.objects.filter(pk=second.pk).update(state="sent", retracts=first)
    told = [str(one.sentence) for one in tell(second.sighting.item)]
    assert told == ["Host Ltd was told that the notice is taken back."]


def test_what_people_told_by_hand_has_a_sentence_for_each_end() -> None:
    ends = {state for state in FORM_STATES if state != "withdrawn"}
    for what_for in HANDED_RUNGS:
        assert {state for state, whose in BY_HAND if whose == what_for} == ends
    assert {state for state, whose in BY_HAND if whose == "host"} == ends - {"not_needed"}


def test_what_is_taken_back_by_hand_has_a_sentence_for_each_end() -> None:
    assert set(TAKEN_BACK) == {state for state in FORM_STATES if state != "withdrawn"}
    with registered() as made:
        item, _ = filled(made)
        close(made, item, "withdrawn")
        (back,) = take_backs()
        waiting = [str(one.sentence) for one in tell(item) if one.subject == back.public_id]
        record_stays_told(back.public_id, "known_already", actor=OFFICER, clock=made.clock)
    (stays,) = [str(one.sentence) for one in tell(item) if one.subject == back.public_id]
    assert waiting == [str(TAKEN_BACK["waiting"]).format(name=back.contact.organisation)]
    assert stays == str(TAKEN_BACK["not_needed"]).format(name=back.contact.organisation)
