from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from tests.hotline.takedown.making import (
    OFFICER,
    START,
    URL,
    WORKER,
    KeyOpener,
    a_clock,
    a_notice,
    a_sender,
    message_id_of,
)
from tests.smtp_sink import Step, running_sink
from tutela.hotline.takedown import sender as sender_module
from tutela.hotline.takedown.actions import claim_sending, record_look, resolve_in_doubt
from tutela.hotline.takedown.attempts import Attempt
from tutela.hotline.takedown.letterhead import Manner
from tutela.hotline.takedown.models import Letter, Notice
from tutela.hotline.takedown.rendering import render_letter
from tutela.hotline.takedown.sender import Sender
from tutela.hotline.takedown.traces import MemoryTrace
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.egress.answers import Answer
from tutela.kernel.egress.letters import Letter as Message
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.mail_servers import MailServer
from tutela.kernel.egress.smtp import MemoryMailer, SmtpMailer
from tutela.kernel.errors import Invalid, Refused
from tutela.kernel.opener.orders import OpenOrder

pytestmark = pytest.mark.django_db
BUSY = Answer(result="temporary", stage="recipient", code=450)


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def test_a_notice_reaches_its_recipient_with_the_address_in_its_body_alone() -> None:
    clock, mailer, opener = a_clock(), MemoryMailer(), KeyOpener()
    notice = a_notice(clock)
    sender = a_sender(mailer, clock, opener=opener)
    assert [sender.step(), sender.step()] == [True, False]
    letter = mailer.accepted[0]
    head, _, body = letter.content.partition(b"\r\n\r\n")
    assert b"canary" not in head and URL.encode() in body.replace(b"=\r\n", b"").replace(b"=3D", b"=")
    assert letter.message_id == message_id_of(notice) and str(letter.recipient) == "abuse@host.test"
    assert states() == ["sent"]
    assert [(one.purpose, one.who, one.case) for one in opener.asked] == [
        ("notice", "sender", notice.sighting.public_id)
    ]


def test_an_urgent_notice_goes_before_all_that_waited_longer() -> None:
    clock, mailer = a_clock(), MemoryMailer()
    for _ in range(3):
        a_notice(clock)
        clock.advance(1)
    urgent = a_notice(clock, urgent=True)
    a_sender(mailer, clock).step()
    assert mailer.accepted[0].message_id == message_id_of(urgent)


def test_an_outage_costs_one_notice_its_turn_and_no_other() -> None:
    clock, mailer = a_clock(), MemoryMailer(up=False)
    first, second = a_notice(clock), a_notice(clock, address="abuse@other.test")
    sender = a_sender(mailer, clock)
    assert sender.step()
    for _ in range(100):
        clock.advance(5)
        assert not sender.step()
    assert states() == ["queued", "queued"]
    mailer.up = True
    clock.advance(60)
    assert not sender.step()  # asked whether it is there, without a notice
    assert sender.step() and mailer.accepted[0].message_id == message_id_of(second)
    assert Notice.objects.get(pk=first.pk).attempts == 1


def test_a_notice_is_tried_once_in_ten_minutes_and_less_often_later() -> None:
    clock = a_clock()
    mailer = MemoryMailer(script=lambda _letter: BUSY)
    a_notice(clock)
    sender = a_sender(mailer, clock)
    for _ in range(60):
        Notice.objects.update(seen_at=clock.now())
        sender.step()
        clock.advance(60)
    assert len(mailer.tried) == 3  # after 0, 10 and 30 minutes


def test_hosts_get_no_more_a_minute_than_is_polite_and_others_do_not_wait_for_them() -> None:
    clock, mailer = a_clock(), MemoryMailer()
    for number in range(4):
        a_notice(clock, address=f"abuse{number}@one.test" if number < 3 else "abuse@other.test")
    sender = a_sender(mailer, clock, per_host_per_minute=2)
    while sender.step():
        pass
    assert [one.recipient.host for one in mailer.accepted] == ["one.test", "one.test", "other.test"]
    clock.advance(60)
    assert sender.step()


def test_an_opener_that_is_away_costs_nothing_but_time() -> None:
    clock, mailer, opener = a_clock(), MemoryMailer(), KeyOpener()
    a_notice(clock)
    opener.away = True
    sender = a_sender(mailer, clock, opener=opener)
    assert sender.step() and states() == ["queued"] and not mailer.tried
    opener.away = False
    clock.advance(600)
    assert sender.step() and states() == ["sent"]


def test_an_opener_that_stays_away_costs_one_notice_a_minute_its_turn() -> None:
    clock, mailer, opener = a_clock(), MemoryMailer(), KeyOpener()
    for number in range(12):
        a_notice(clock, address=f"abuse@host{number}.test")
    opener.away = True
    sender = a_sender(mailer, clock, opener=opener)
    tried = sum(_stepped_after(sender, clock) for _ in range(60))  # five minutes
    assert tried == 8 and set(states()) == {"queued"}
    opener.away = False
    clock.advance(60)
    while sender.step():
        pass
    assert states().count("sent") == 4


@pytest.mark.parametrize("what", ["opener", "server"])
def test_after_an_hour_away_looks_are_asked_for_and_what_waited_goes_out(what: str) -> None:
    clock, mailer, opener = a_clock(), MemoryMailer(), KeyOpener()
    a_notice(clock)
    opener.away, mailer.up = what == "opener", what != "server"
    sender = a_sender(mailer, clock, opener=opener)
    for _ in range(60):
        sender.tend_in_time()
        sender.step()
        clock.advance(60)
    opener.away, mailer.up = False, True
    Job.objects.all().delete()
    for _ in range(60):
        sender.tend_in_time()
        for notice in Notice.objects.filter(state="queued", look_asked_at__isnull=False):
            record_look(notice.public_id, "present", actor=WORKER, clock=clock)
        sender.step()
        clock.advance(60)
    assert states() == ["sent"] and len(mailer.accepted) == 1


def _stepped_after(sender: Sender, clock: FixedClock) -> bool:
    clock.advance(5)
    return sender.step()


def test_an_address_that_nobody_can_open_any_more_fails_its_notice() -> None:
    class Destroyed(KeyOpener):
        def text(self, order: object) -> str:
            raise Refused("the key was destroyed")

    clock, mailer = a_clock(), MemoryMailer()
    a_notice(clock)
    a_sender(mailer, clock, opener=Destroyed()).step()
    assert states() == ["failed"] and not mailer.tried


def test_what_dies_between_claim_and_answer_is_in_doubt_and_not_sent_again() -> None:
    class Killed(BaseException):
        pass

    def kill(letter: Message) -> Answer:
        raise Killed

    clock = a_clock()
    notice = a_notice(clock)
    with pytest.raises(Killed):
        a_sender(MemoryMailer(script=kill), clock).step()
    assert states() == ["sending"]
    mailer = MemoryMailer()
    again = a_sender(mailer, clock)
    assert again.recover() == (notice.public_id,)
    assert not again.step() and states() == ["in_doubt"] and not mailer.tried


@pytest.mark.parametrize(
    ("trace", "state"),
    [("accepted", "sent"), ("absent", "queued"), ("bounced", "failed"), ("unknown", "in_doubt")],
)
def test_the_mail_servers_own_log_settles_a_doubt(trace: str, state: str) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    claim_sending("one", lease_seconds=60, clock=clock)
    known = MemoryTrace(known={message_id_of(notice): trace})  # type: ignore[dict-item]  # words of the list
    sender = a_sender(MemoryMailer(), clock, trace=known)
    sender.recover()
    sender.tend()
    assert states() == [state]


def test_the_log_of_another_senders_mail_server_settles_nothing() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    claim_sending("elsewhere", lease_seconds=60, clock=clock)
    clock.advance(61)
    a_sender(MemoryMailer(), clock, trace=MemoryTrace(known={message_id_of(notice): "absent"})).tend()
    assert states() == ["in_doubt"]


def test_an_answer_that_could_not_be_written_down_is_kept_until_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object, **__: object) -> str:
        raise OperationalError("the database is away")

    clock, mailer = a_clock(), MemoryMailer()
    a_notice(clock)
    sender = a_sender(mailer, clock)
    with monkeypatch.context() as patched:
        patched.setattr(sender_module, "record_answer", away)
        with pytest.raises(OperationalError):
            sender.step()
        with pytest.raises(OperationalError):
            sender.step()
    assert states() == ["sending"]
    sender.step()
    assert states() == ["sent"] and len(mailer.accepted) == 1


def test_a_doubt_that_a_person_settled_is_not_overwritten_by_a_late_answer() -> None:
    clock = a_clock()
    notice = a_notice(clock)

    def slow(letter: Message) -> Answer:
        clock.advance(1_000)
        a_sender(MemoryMailer(), clock, name="two").tend()
        resolve_in_doubt(notice.public_id, "person_leaves", actor=OFFICER, clock=clock)
        return Answer(result="temporary", stage="end", code=451)

    a_sender(MemoryMailer(script=slow), clock).step()
    assert Notice.objects.get().evidence == "person_leaves"


def test_run_sends_what_is_there_and_stops_when_told() -> None:
    clock, stop = SystemClock(), threading.Event()
    a_notice(a_clock())
    Notice.objects.update(due=clock.now(), seen_at=clock.now())

    def last(letter: Message) -> Answer:
        stop.set()
        return Answer(result="accepted", stage="end", code=250)

    a_sender(MemoryMailer(script=last), clock).run(stop)
    assert states() == ["sent"]


@pytest.mark.parametrize(
    ("steps", "state", "delivered"),
    [
        ((Step.ACCEPT,), "sent", 1),
        ((Step.BUSY, Step.ACCEPT), "sent", 1),
        ((Step.GREYLIST, Step.LATER, Step.ACCEPT), "sent", 1),
        ((Step.RESET_AFTER_DOT, Step.ACCEPT), "in_doubt", 0),
        ((Step.TAKE_AND_RESET, Step.ACCEPT), "in_doubt", 1),
        ((Step.TAKE_AND_CRASH, Step.ACCEPT), "sent", 1),
        ((Step.NEVER, Step.ACCEPT), "failed", 0),
        ((Step.REFUSE, Step.ACCEPT), "failed", 0),
    ],
    ids=lambda value: "-".join(one.name for one in value) if isinstance(value, tuple) else None,
)
def test_whatever_the_server_does_nothing_arrives_twice_and_nothing_is_lost_silently(
    steps: tuple[Step, ...], state: str, delivered: int
) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    with running_sink() as sink, SmtpMailer(MailServer(port=sink.port)) as mailer:
        sink.plan("abuse@host.test", *steps)
        sender = a_sender(mailer, clock)
        for _ in range(4):
            sender.step()
            clock.advance(3_600)
            Notice.objects.update(seen_at=clock.now())
    assert (states(), sink.count(message_id_of(notice))) == ([state], delivered)


def test_the_alarm_is_heard_when_the_oldest_waits_an_hour() -> None:
    from tutela.hotline.takedown.queries import outbox

    clock = a_clock()
    a_notice(clock)
    clock.advance(3_600)
    assert not outbox(clock.now()).alarm
    clock.advance(1)
    assert outbox(clock.now()).alarm and outbox(clock.now()).oldest_seconds == 3_601
    assert clock.now() == START + timedelta(seconds=3_601)


def test_a_letter_for_trial_goes_to_the_house_and_is_another_one_afterwards() -> None:
    clock = a_clock()
    trial = Manner(test_mailbox=parse_mail_address("tester@hotline.test"))
    tester = MemoryMailer(script=lambda _letter: BUSY)
    notice = a_notice(clock)
    a_sender(tester, clock, manner=trial).step()
    first = Letter.objects.get()
    assert str(tester.tried[0].recipient) == "tester@hotline.test" and first.is_test
    clock.advance(600)
    mailer = MemoryMailer()
    a_sender(mailer, clock).step()
    assert str(mailer.accepted[0].recipient) == "abuse@host.test"
    assert message_id_of(notice) != first.message_id


def test_one_address_that_nobody_can_open_keeps_no_other_from_going_out() -> None:
    clock, mailer = a_clock(), MemoryMailer()
    bad, *good = [a_notice(clock) for _ in range(3)]

    class Refusing(KeyOpener):
        def text(self, order: OpenOrder) -> str:
            if order.case == bad.sighting.public_id:
                raise Refused("the key was destroyed")
            return super().text(order)

    sender = a_sender(mailer, clock, opener=Refusing())
    assert [sender.step(), sender.step(), sender.step()] == [True, True, False]
    assert states() == ["failed", "sent", "sent"] and len(mailer.accepted) == 1
    assert {message_id_of(one) for one in good} == {mailer.accepted[0].message_id}
    assert message_id_of(bad) not in {mailer.accepted[0].message_id, ""}


def test_a_letter_that_is_too_large_is_halved_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    def fits(attempt: Attempt, *rest: Any, **named: Any) -> Any:
        if len(attempt.notices) > 2:
            raise Invalid("too large", field="message")
        return render_letter(attempt, *rest, **named)

    monkeypatch.setattr(sender_module, "render_letter", fits)
    clock, mailer = a_clock(), MemoryMailer()
    for _ in range(5):
        a_notice(clock)
    sender = a_sender(mailer, clock)
    while sender.step():
        pass
    assert set(states()) == {"sent"} and len(mailer.accepted) == 3
