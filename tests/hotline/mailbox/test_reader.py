from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from tests.hotline.mailbox.making import KEYS, a_sent_notice, an_answer, letter_of
from tests.hotline.takedown.making import a_clock
from tutela.hotline.database_clock import ClocksDiffer
from tutela.hotline.mailbox import reader as module
from tutela.hotline.mailbox.incoming_mail import parse_mail
from tutela.hotline.mailbox.models import Mail
from tutela.hotline.mailbox.reader import MailReader, ReadingMeans
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.egress.imap import MemoryMailbox
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db


class Rounds(threading.Event):
    """Is set after so many waits."""

    def __init__(self, left: int = 1) -> None:
        super().__init__()
        self.left = left

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        if self.left <= 0:
            self.set()
        return self.is_set()


def a_reader(mailbox: MemoryMailbox, clock: FixedClock, *, deletes: bool = False) -> MailReader:
    means = ReadingMeans(mailbox=mailbox, keys=KEYS, poll_seconds=60.0, deletes=deletes)
    return MailReader(means, clock=clock)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader closes its own thread's connection; here it shares the test's."""
    monkeypatch.setattr(module, "connection", SimpleNamespace(close=lambda: None))


@pytest.fixture
def clock() -> FixedClock:
    return a_clock()


@pytest.fixture
def mailbox(clock: FixedClock) -> MemoryMailbox:
    """An answer, and a mail about nothing."""
    answer = an_answer("It has been removed.", to=letter_of(a_sent_notice(clock)).message_id)
    return MemoryMailbox(letters={"1": answer, "2": an_answer("Buy this!", number="<spam@host.test>")})


def test_every_mail_is_put_away_once_it_stands_in_the_database(
    clock: FixedClock, mailbox: MemoryMailbox
) -> None:
    assert a_reader(mailbox, clock).round() == 2
    assert sorted(Mail.objects.values_list("result", flat=True)) == ["answer", "unknown"]
    assert (mailbox.unread(), sorted(mailbox.letters)) == ((), ["1", "2"])


def test_only_answers_are_deleted_where_that_is_wanted(clock: FixedClock, mailbox: MemoryMailbox) -> None:
    a_reader(mailbox, clock, deletes=True).round()
    assert sorted(mailbox.letters) == ["2"]


def test_a_death_before_a_mail_is_put_away_counts_it_once(
    clock: FixedClock, mailbox: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(number: str, *, kept: bool) -> None:
        raise Unavailable("the connection broke")

    with monkeypatch.context() as patched, pytest.raises(Unavailable):
        patched.setattr(mailbox, "put_away", die)
        a_reader(mailbox, clock).round()
    assert Mail.objects.count() == 1
    assert a_reader(mailbox, clock, deletes=True).round() == 2
    assert Mail.objects.count() == 2
    assert sorted(mailbox.letters) == ["2"]


def test_a_death_before_the_database_has_it_loses_nothing(
    clock: FixedClock, mailbox: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object, **_named: object) -> None:
        raise OperationalError

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(module, "record_mail", die)
        a_reader(mailbox, clock).round()
    assert len(mailbox.unread()) == 2
    assert a_reader(mailbox, clock).round() == 2


def test_a_mail_that_trips_the_parser_holds_up_no_other(
    clock: FixedClock, mailbox: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = parse_mail

    def trip(data: bytes) -> object:
        if b"Buy" in data:
            raise ZeroDivisionError
        return real(data)

    monkeypatch.setattr(module, "parse_mail", trip)
    assert a_reader(mailbox, clock).round() == 2
    assert sorted(Mail.objects.values_list("result", flat=True)) == ["answer", "unreadable"]


def test_it_goes_on_after_the_mailbox_was_away(clock: FixedClock, mailbox: MemoryMailbox) -> None:
    mailbox.up = False

    class Back(Rounds):
        def wait(self, timeout: float | None = None) -> bool:
            mailbox.up = True
            return super().wait(timeout)

    a_reader(mailbox, clock).run(Back(3))
    assert Mail.objects.count() == 2


def test_without_a_key_to_seal_to_mails_wait(clock: FixedClock, mailbox: MemoryMailbox) -> None:
    bare = ReadingMeans(mailbox=mailbox, keys=MemoryKeyStore(clock), poll_seconds=1.0)
    MailReader(bare, clock=clock).run(Rounds())
    assert (Mail.objects.count(), len(mailbox.unread())) == (0, 2)


def test_while_the_clocks_differ_nothing_is_read(clock: FixedClock, mailbox: MemoryMailbox) -> None:
    def differ() -> None:
        raise ClocksDiffer("an hour")

    means = ReadingMeans(mailbox=mailbox, keys=KEYS, poll_seconds=1.0)
    MailReader(means, clock=clock, guard=differ).run(Rounds())
    assert len(mailbox.unread()) == 2


def test_that_a_mailbox_is_away_is_said_once_in_a_while(
    clock: FixedClock, mailbox: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(module, "_log", SimpleNamespace(warning=said.append))
    mailbox.up = False
    reader = a_reader(mailbox, clock)
    reader.run(Rounds(5))
    assert said == ["mailbox_away"]
    clock.advance(601)
    reader.run(Rounds(1))
    assert said == ["mailbox_away"] * 2
