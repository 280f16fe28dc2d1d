from __future__ import annotations

import pytest

from tests.hotline.takedown.making import OFFICER, a_clock, a_notice, a_sender, message_id_of
from tutela.hotline.takedown.actions import claim_sending, retract_notice
from tutela.kernel.egress.smtp import MemoryMailer

pytestmark = pytest.mark.django_db


def test_an_attempt_says_what_its_letter_carries_and_shows_no_place() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None and attempt.address == "abuse@host.test" and attempt.retracts == ""
    (carried,) = attempt.notices
    assert (carried.notice, carried.sighting) == (notice.public_id, notice.sighting.public_id)
    assert carried.sha256 not in repr(attempt) and "url_sealed" not in repr(carried)


def test_an_attempt_at_taking_back_names_the_notice_and_its_letter() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    assert a_sender(MemoryMailer(), clock).step()
    retract_notice(notice.public_id, actor=OFFICER, reason="person", clock=clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    assert (attempt.retracts, attempt.terms.first_message_id) == (notice.public_id, message_id_of(notice))
