from __future__ import annotations

from email.policy import SMTP
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from tests.hotline.cases.making import CLOCK
from tests.hotline.intake.making import Places
from tests.hotline.mailbox.reports.making import PARTNER, QUIET, SERVER, a_mail, with_picture
from tests.hotline.mailbox.test_reader import Rounds
from tests.imap_box import PASSWORD, running_box
from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.intake.models import Report
from tutela.hotline.mailbox import reader as rounds
from tutela.hotline.mailbox.models import ReportMail
from tutela.hotline.mailbox.reports import reader as module
from tutela.hotline.mailbox.reports.contents import parse_contents
from tutela.hotline.mailbox.reports.reader import ReportMeans, ReportReader, head_of, whole_digest
from tutela.kernel.egress.imap import ImapMailbox, Mailbox, MemoryMailbox
from tutela.kernel.egress.mail_servers import MailboxServer
from tutela.kernel.errors import Unavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


class Watched(MemoryMailbox):
    """Remembers which letters were opened."""

    def __init__(self, letters: dict[str, bytes]) -> None:
        super().__init__(letters=letters)
        self.opened: list[str] = []

    def head(self, number: str) -> bytes | None:
        letter = self.letters.get(number)
        return None if letter is None else head_of(letter)

    def message(self, number: str) -> bytes | None:
        self.opened.append(number)
        return super().message(number)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader closes its own thread's connection; here it shares the test's."""
    monkeypatch.setattr(rounds, "connection", SimpleNamespace(close=lambda: None))


@pytest.fixture
def mailbox() -> Watched:
    """A partner's report, one with a picture, a stranger's mail, and one that only claims to be one."""
    mails = [
        a_mail(),
        with_picture(a_mail("https://there.test/two", number="<r2@partner.test>")),
        a_mail("Buy this!", sender="x@evil.test", number="<s@evil.test>"),
        a_mail(number="<f@evil.test>", is_proved=False),
    ]
    return Watched({str(number): mail.as_bytes() for number, mail in enumerate(mails, 1)})


def a_reader(mailbox: Mailbox, *, deletes: bool = False) -> ReportReader:
    means = ReportMeans(
        mailbox=mailbox,
        keys=sealing_keys(),
        senders=(QUIET, PARTNER),
        server=SERVER,
        poll_seconds=60.0,
        deletes=deletes,
    )
    return ReportReader(means, clock=CLOCK)


def results() -> list[tuple[str, str, int]]:
    return sorted(ReportMail.objects.values_list("result", "sender", "reports"))


def test_partners_mails_are_taken_in_and_nobody_else_s_is_opened(mailbox: Watched) -> None:
    assert a_reader(mailbox).round() == 4
    assert results() == [
        ("stranger", "", 0),
        ("taken", "partner-a", 1),
        ("taken", "partner-a", 1),
        ("unproved", "partner-a", 0),
    ]
    assert mailbox.opened == ["1", "2"]
    assert (mailbox.unread(), sorted(mailbox.letters)) == ((), ["1", "2", "3", "4"])


def test_only_what_was_taken_whole_is_deleted_where_that_is_wanted(mailbox: Watched) -> None:
    a_reader(mailbox, deletes=True).round()
    assert sorted(mailbox.letters) == ["2", "3", "4"]


def test_a_death_before_a_mail_is_put_away_takes_it_in_once(
    mailbox: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(number: str, *, kept: bool) -> None:
        raise Unavailable("the connection broke")

    with monkeypatch.context() as patched, pytest.raises(Unavailable):
        patched.setattr(mailbox, "put_away", die)
        a_reader(mailbox).round()
    assert Report.objects.count() == 1
    assert a_reader(mailbox, deletes=True).round() == 4
    assert Report.objects.count() == 2
    assert "1" not in mailbox.letters


def test_while_the_database_takes_nothing_mails_wait_unread(
    mailbox: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object, **_named: object) -> bool:
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr(module, "take_in", die)
        a_reader(mailbox).run(Rounds())
    assert (len(mailbox.unread()), ReportMail.objects.count()) == (4, 0)
    assert a_reader(mailbox).round() == 4


def test_the_same_mail_by_another_way_is_one_report(mailbox: Watched) -> None:
    a_reader(mailbox).round()
    again = b"Received: by another.test\n" + mailbox.letters["1"]
    assert a_reader(Watched({"9": again})).round() == 1
    assert Report.objects.count() == 2


def test_another_text_under_the_same_number_is_another_report(mailbox: Watched) -> None:
    a_reader(mailbox).round()
    assert a_reader(Watched({"9": a_mail("https://there.test/three").as_bytes()})).round() == 1
    assert Report.objects.count() == 3


def test_a_claim_under_a_partner_s_number_keeps_no_mail_of_the_partner_out() -> None:
    forged = a_mail("https://there.test/one\n", is_proved=False).as_bytes()
    a_reader(Watched({"1": forged})).round()
    a_reader(Watched({"2": a_mail().as_bytes()})).round()
    assert [one[0] for one in results()] == ["taken", "unproved"]


def test_a_head_that_is_not_the_mail_s_own_proves_nothing(mailbox: Watched) -> None:
    mailbox.letters = {"1": a_mail(is_proved=False).as_bytes()}
    mailbox.head = lambda number: head_of(a_mail().as_bytes())  # type: ignore[method-assign]
    a_reader(mailbox).round()
    assert [one[0] for one in results()] == ["unproved"]


def test_a_mail_that_trips_the_parser_holds_up_no_other(
    mailbox: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(data: bytes, *, may_be_urgent: bool) -> object:
        if b"r2@" in data:
            raise ZeroDivisionError
        return parse_contents(data, may_be_urgent=may_be_urgent)

    monkeypatch.setattr(module, "parse_contents", trip)
    assert a_reader(mailbox).round() == 4
    assert ("unreadable", "partner-a", 0) in results()


def test_a_partner_who_may_not_marks_nothing_as_urgent() -> None:
    for sender, number in (("list@other.test", "<1@x>"), ("reports@partner.test", "<2@x>")):
        a_reader(Watched({"1": a_mail(sender=sender, number=number, Importance="high").as_bytes()})).round()
    assert sorted(Report.objects.values_list("sender", "urgent")) == [
        ("partner-a", True),
        ("partner-b", False),
    ]


def test_a_mailbox_server_gives_heads_alone_and_mails_that_are_gone_are_passed_over(places: Places) -> None:
    with running_box() as box:
        box.put(1, a_mail().as_bytes(policy=SMTP))
        box.put(2, a_mail("Buy this!", sender="x@evil.test", number="<s@evil.test>").as_bytes(policy=SMTP))
        server = MailboxServer(port=box.port, user="us", password=PASSWORD, talk_seconds=5.0)
        reader = a_reader(ImapMailbox(server, "INBOX"))
        assert reader.round() == 2
        assert box.heard.count("UID FETCH") == 3
        assert not reader.read("7")
        reader.run(Rounds())
    assert [one[0] for one in results()] == ["stranger", "taken"]
    assert Report.objects.get().items.count() == 1
    assert places.spare.exists() is False


def test_a_head_ends_at_the_first_empty_line_and_a_digest_follows_the_text() -> None:
    assert head_of(b"A: b\r\n\r\nc\n\nd") == b"A: b"
    assert head_of(b"A: b\n\nc\r\n\r\nd") == b"A: b"
    assert head_of(b"A: b") == b"A: b"
    one, other = (b"Message-ID: <1@x>\n\n" + text for text in (b"a", b"b"))
    assert whole_digest(one) != whole_digest(other)
    assert whole_digest(one) == whole_digest(b"Received: x\n" + one)
