from __future__ import annotations

import pytest

from tests.hotline.takedown.making import OFFICER, a_clock, a_notice
from tutela.hotline.takedown.access import access_notice
from tutela.hotline.takedown.actions import claim_sending, find_in_doubt, record_failed
from tutela.hotline.takedown.choices import (
    FOUND_NAMES,
    STANDING_NAMES,
    STATE_NAMES,
    Choice,
    choose,
    sentence_of,
)
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.removal import RESULTS, STANDINGS
from tutela.hotline.takedown.states import STATES
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("choice", "state"), [("send_again", "queued"), ("leave", "sent")])
def test_a_person_settles_a_doubt(choice: Choice, state: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    claim_sending("one", lease_seconds=60, clock=clock)
    find_in_doubt("one", clock=clock)
    assert "double" in sentence_of(access_notice(notice.public_id))
    assert choose(notice.public_id, choice, actor=OFFICER, token=1) == state
    assert ("never have arrived" in sentence_of(access_notice(notice.public_id))) == (choice == "leave")


def test_a_refused_notice_is_tried_again() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    record_failed(attempt, code=550, clock=clock)
    assert choose(notice.public_id, "send_again", actor=OFFICER) == "queued"


@pytest.mark.parametrize("choice", ["send_again", "leave"])
def test_nothing_is_chosen_about_a_notice_that_waits(choice: Choice) -> None:
    notice = a_notice(a_clock())
    with pytest.raises(Conflict):
        choose(notice.public_id, choice, actor=OFFICER)


def test_a_notice_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused):
        access_notice(new_id("ntc_"))


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_name_and_a_sentence(state: str) -> None:
    assert str(STATE_NAMES[state]) and sentence_of(Notice(state=state))


def test_every_result_and_every_standing_has_a_name() -> None:
    assert set(FOUND_NAMES) == set(RESULTS) and set(STANDING_NAMES) == set(STANDINGS)
