from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.hotline.takedown.making import (
    OFFICER,
    WORKER,
    KeyOpener,
    a_clock,
    a_notice,
    a_recipient,
    a_sender,
    a_sighting,
    acts,
    message_id_of,
)
from tutela.hotline.cases.models import Item
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.quorum.deciding import Vote
from tutela.hotline.takedown.actions import (
    ask_for_looks,
    claim_sending,
    find_in_doubt,
    queue_notice,
    record_answer,
    record_second_look,
    resolve_in_doubt,
    retract_notice,
)
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.states import Event
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.answers import Answer
from tutela.kernel.egress.smtp import MemoryMailer
from tutela.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


def sent(clock: FixedClock) -> Notice:
    notice = a_notice(clock)
    assert a_sender(MemoryMailer(), clock).step()
    notice.refresh_from_db()
    return notice


def vote(person: str, clock: FixedClock, *, agrees: bool = True) -> Vote:
    return Vote(
        person=person,
        organisation="here",
        key=person,
        look="protected",
        at=clock.now(),
        agrees=agrees,
        vouched="roster",
    )


@pytest.fixture
def solo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house in which one person may write to a host and another looks within a day."""
    rehearse(tmp_path, quorum="solo-duty", clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


def unknown(clock: FixedClock) -> Notice:
    """A notice on unknown material that one person decided."""
    return queue_notice(
        a_sighting(clock, known=False),
        a_recipient(clock),
        actor=OFFICER,
        votes=[vote("ada", clock)],
        clock=clock,
    )


def test_what_has_not_left_is_withdrawn() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    assert retract_notice(notice.public_id, actor=OFFICER, reason="person", clock=clock).state == "withdrawn"
    assert Notice.objects.count() == 1 and acts(notice.public_id)[-1] == "notice_withdrawn"


def test_what_was_sent_is_taken_back_by_a_message_that_names_no_address() -> None:
    clock, mailer, opener = a_clock(), MemoryMailer(), KeyOpener()
    notice = sent(clock)
    made = retract_notice(notice.public_id, actor=OFFICER, reason="person", clock=clock)
    assert a_sender(mailer, clock, opener=opener).step() and not opener.asked
    message = message_from_bytes(mailer.accepted[0].content, policy=default)
    assert message["In-Reply-To"] == message_id_of(notice)
    assert message["Message-ID"] == message_id_of(made)
    assert notice.public_id in message["Subject"] and "canary" not in message.as_string()
    assert message["To"] == "abuse@host.test"


@pytest.mark.parametrize("state", ["held", "closed", "acted"])
def test_taking_back_waits_for_nothing(state: str) -> None:
    clock = a_clock()
    notice = sent(clock)
    Item.objects.update(state=state, held_from="acted" if state == "held" else "")
    clock.advance(3 * 86_400)
    made = retract_notice(notice.public_id, actor=OFFICER, reason="person", clock=clock)
    assert ask_for_looks(clock=clock) == 0
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None and (attempt.notices[0].notice, attempt.retracts) == (
        made.public_id,
        notice.public_id,
    )


def test_nothing_is_taken_back_twice_and_no_retraction_is_taken_back() -> None:
    clock = a_clock()
    notice = sent(clock)
    made = retract_notice(notice.public_id, actor=OFFICER, reason="person", clock=clock)
    for one in (notice, made):
        with pytest.raises(Conflict):
            retract_notice(one.public_id, actor=OFFICER, reason="person", clock=clock)
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("event", ["temporary", "trace_absent", "person_sends_again"])
def test_what_was_taken_back_while_it_was_on_its_way_is_not_tried_again(event: Event) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    if event != "temporary":
        find_in_doubt("one", clock=clock)
    made = retract_notice(notice.public_id, actor=OFFICER, reason="person", clock=clock)
    if event == "temporary":
        state = record_answer(attempt, Answer(result=event, stage="content", code=451), clock=clock)
    else:
        actor = WORKER if event == "trace_absent" else OFFICER
        state = resolve_in_doubt(notice.public_id, event, actor=actor, clock=clock)
    assert state == "withdrawn"
    clock.advance(600)
    again = claim_sending("one", lease_seconds=60, clock=clock)
    assert again is not None and again.notices[0].notice == made.public_id
    assert claim_sending("one", lease_seconds=60, clock=clock) is None


@pytest.mark.usefixtures("solo")
def test_a_second_look_that_agrees_ends_the_waiting() -> None:
    clock = a_clock()
    notice = unknown(clock)
    votes = [vote("ada", clock), vote("ben", clock)]
    assert record_second_look(notice.public_id, votes, actor=OFFICER, clock=clock).state == "right"
    stored = Notice.objects.get()
    assert (stored.second_look_due, stored.state) == (None, "queued")
    with pytest.raises(Conflict):
        record_second_look(notice.public_id, votes, actor=OFFICER, clock=clock)


@pytest.mark.usefixtures("solo")
@pytest.mark.parametrize("out", [False, True])
def test_a_second_look_that_disagrees_takes_the_notice_back_by_itself(out: bool) -> None:
    clock = a_clock()
    notice = unknown(clock)
    if out:
        assert a_sender(MemoryMailer(), clock).step()
    votes = [vote("ada", clock), vote("ben", clock, agrees=False)]
    assert record_second_look(notice.public_id, votes, actor=WORKER, clock=clock).state == "wrong"
    assert Notice.objects.filter(retracts=notice).exists() is out
    notice.refresh_from_db()
    assert notice.state == ("sent" if out else "withdrawn") and notice.second_look_due is None


@pytest.mark.usefixtures("solo")
def test_one_person_alone_is_no_second_look() -> None:
    clock = a_clock()
    notice = unknown(clock)
    assert (
        record_second_look(notice.public_id, [vote("ada", clock)], actor=OFFICER, clock=clock).state
        == "awaited"
    )
    clock.advance(86_400)
    late = vote("ada", a_clock())
    assert record_second_look(notice.public_id, [late], actor=OFFICER, clock=clock).state == "overdue"
    assert Notice.objects.get().second_look_due == clock.now() - timedelta(seconds=0)
