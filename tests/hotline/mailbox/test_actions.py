from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.mailbox.making import KEYS, a_bounce, a_sent_notice, an_answer, letter_of
from tests.hotline.takedown.making import WORKER, a_clock, acts
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.mailbox.actions import Recorded, record_mail, reseal_mails
from tutela.hotline.mailbox.incoming_mail import parse_mail
from tutela.hotline.mailbox.models import Mail
from tutela.hotline.people.mandate import reading
from tutela.hotline.takedown.actions.checking import KIND, plan_check, record_check
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.hotline.takedown.removal import Look
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db
URL = "https://canary.test/very-secret?page=1"


def read(data: bytes, clock: FixedClock) -> Recorded:
    return record_mail(parse_mail(data), KEYS, clock=clock)


def looks() -> list[Job]:
    return list(Job.objects.filter(kind=KIND).order_by("due"))


def test_an_answer_is_kept_sealed_and_has_a_machine_look_now() -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    plan_check(notice.sighting, clock=clock)
    found = read(an_answer(f"It has been removed: {URL}", to=letter_of(notice).message_id), clock)
    assert found == Recorded(result="answer", is_new=True)
    mail = Mail.objects.get()
    assert (mail.claims, list(mail.notices.all())) == ("removed", [notice])
    assert URL in open_text(bytes(mail.text_sealed), KEYS)
    assert [job.due for job in looks()] == [clock.now()]
    entry = LedgerEntry.objects.get(subject=mail.public_id)
    assert entry.act == "mail_read"
    assert notice.state == Notice.objects.get().state == "sent"


def test_the_same_mail_counts_once() -> None:
    clock = a_clock()
    data = an_answer("It has been removed.", to=letter_of(a_sent_notice(clock)).message_id)
    read(data, clock)
    before = LedgerEntry.objects.count()
    assert read(b"Received: again\r\n" + data, clock) == Recorded(result="answer", is_new=False)
    assert (Mail.objects.count(), LedgerEntry.objects.count()) == (1, before)


def test_many_words_make_one_look_an_hour() -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    for number in range(5):
        data = an_answer(
            "It has been removed.", to=letter_of(notice).message_id, number=f"<n{number}@host.test>"
        )
        read(data, clock)
    assert [job.due for job in looks()] == [clock.now()]
    record_check(
        notice.sighting,
        (Look(vantage="direct", at=clock.now(), result="present"),),
        actor=WORKER,
        clock=clock,
    )
    looks()[0].delete()
    clock.advance(600)
    read(an_answer("It has been removed!", to=letter_of(notice).message_id, number="<six@host.test>"), clock)
    assert [job.due for job in looks()] == [clock.now() + timedelta(minutes=50)]


@pytest.mark.parametrize("status", ["5.1.1", "5.2.2"])
def test_a_letter_that_came_back_ends_as_failed_and_a_dead_address_is_seen(status: str) -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    read(a_bounce(letter_of(notice).message_id, status=status), clock)
    notice.refresh_from_db()
    assert (notice.state, notice.evidence) == ("failed", "bounced")
    assert "notice_bounced" in acts(notice.public_id)
    is_dead = status == "5.1.1"
    assert Mail.objects.get().address_is_dead is is_dead
    assert Recipient.objects.get().dead_at == (clock.now() if is_dead else None)
    assert looks() == []


def test_who_knows_only_a_notice_s_number_moves_nothing() -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    forged = a_bounce("<other@host.test>").replace(b"It came back.", notice.public_id.encode())
    read(forged, clock)
    notice.refresh_from_db()
    assert (notice.state, notice.recipient.dead_at) == ("sent", None)
    mail = Mail.objects.get()
    assert (mail.result, mail.address_is_dead) == ("answer", False)


def test_a_delay_moves_nothing() -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    read(a_bounce(letter_of(notice).message_id, status="4.4.1", action="delayed"), clock)
    notice.refresh_from_db()
    assert notice.state == "sent"


def test_a_second_bounce_of_a_letter_is_written_down_and_moves_nothing() -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    bounce = a_bounce(letter_of(notice).message_id)
    read(bounce, clock)
    read(bounce.replace(b"<b1@", b"<b2@"), clock)
    assert Mail.objects.count() == 2
    assert acts(notice.public_id).count("notice_bounced") == 1


@pytest.mark.parametrize(
    ("data", "result"),
    [(an_answer("Buy this!"), "unknown"), (b"\xff" * 3_000_000, "unreadable")],
    ids=["about nothing", "too large"],
)
def test_of_anything_else_nothing_is_kept_but_that_it_came(data: bytes, result: str) -> None:
    assert read(data, a_clock()).result == result
    mail = Mail.objects.get()
    assert (mail.text_epoch, bytes(mail.text_sealed), mail.notices.count()) == ("", b"", 0)
    assert looks() == []


def test_where_the_mandate_keeps_nothing_the_words_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    mandate = reading.mandate_in_force(clock=clock)

    class Sparing:
        def check(self, act: str) -> None:
            if act == "store_evidence":
                raise Refused("not granted")
            mandate.check(act)

    monkeypatch.setattr("tutela.hotline.mailbox.actions.mandate_in_force", lambda clock: Sparing())
    read(an_answer("It has been removed.", to=letter_of(notice).message_id), clock)
    mail = Mail.objects.get()
    assert (mail.claims, mail.text_epoch) == ("removed", "")
    assert looks()


def test_words_are_sealed_anew_to_the_present_key() -> None:
    clock = a_clock()
    keys = MemoryKeyStore(clock)
    keys.rotate()
    notice = a_sent_notice(clock)
    data = an_answer("It has been removed.", to=letter_of(notice).message_id)
    record_mail(parse_mail(data), keys, clock=clock)
    keys.rotate()
    actor = process("operator")
    assert reseal_mails(keys, lambda sealed: open_text(sealed, keys), actor=actor, clock=clock) == 1
    assert reseal_mails(keys, lambda sealed: open_text(sealed, keys), actor=actor, clock=clock) == 0
    assert Mail.objects.get().text_epoch == keys.current().id
