from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import OFFICER, START, WORKER, a_clock, a_notice, a_recipient, acts
from tutela.hotline.takedown.actions import ask_for_looks, claim_sending, name_recipient
from tutela.hotline.takedown.actions.dying import record_dead
from tutela.hotline.takedown.choices import sentence_of
from tutela.hotline.takedown.models import Recipient
from tutela.hotline.takedown.queries import recipients
from tutela.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db


def test_nothing_goes_to_a_mailbox_that_is_not_there_until_a_person_names_it_again() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    assert record_dead(notice.recipient, actor=WORKER, clock=clock)
    assert claim_sending("one", lease_seconds=60.0, clock=clock) is None
    assert ask_for_looks(clock=FixedClock(START + timedelta(hours=1))) == 0
    notice.refresh_from_db()
    notice.recipient.refresh_from_db()
    assert "mailbox is not there" in sentence_of(notice)
    assert [row.is_dead for row in recipients()] == [True]
    a_recipient(clock)
    assert [row.is_dead for row in recipients()] == [False]
    assert claim_sending("one", lease_seconds=60.0, clock=clock) is not None


def test_it_is_written_down_once() -> None:
    clock = a_clock()
    recipient = a_recipient(clock)
    assert [record_dead(recipient, actor=WORKER, clock=clock) for _ in range(2)] == [True, False]
    assert acts(recipient.public_id).count("recipient_dead") == 1


def test_a_machine_that_names_it_again_changes_nothing() -> None:
    clock = a_clock()
    recipient = a_recipient(clock)
    record_dead(recipient, actor=WORKER, clock=clock)
    name_recipient(recipient.address, "Host Ltd", source="rdap", actor=WORKER, clock=clock)
    assert Recipient.objects.get().dead_at is not None
    name_recipient(recipient.address, "Host Ltd", source="person", actor=OFFICER, clock=clock)
    assert Recipient.objects.get().dead_at is None
