"""What the tests of incoming mail begin with: a notice whose letter went out, and mails about it."""

from __future__ import annotations

from email.message import EmailMessage

from tests.hotline.takedown.making import KEYS, a_notice
from tutela.hotline.takedown.actions.sending import claim_sending, record_sent
from tutela.hotline.takedown.models import Letter, Notice
from tutela.kernel.clock import FixedClock


def a_sent_notice(clock: FixedClock, *, address: str = "abuse@host.test") -> Notice:
    """A notice that the mail server took."""
    notice = a_notice(clock, address=address)
    attempt = claim_sending("one", lease_seconds=60.0, clock=clock)
    assert attempt is not None
    record_sent(attempt, clock=clock)
    notice.refresh_from_db()
    return notice


def letter_of(notice: Notice) -> Letter:
    assert notice.letter is not None
    return notice.letter


def an_answer(
    text: str, *, to: str = "", number: str = "<a1@host.test>", subject: str = "Re: Notice", **headers: str
) -> bytes:
    """A mail that answers the message ``to``."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "abuse@host.test", "notices@hotline.test", subject
    mail["Message-ID"] = number
    if to:
        mail["In-Reply-To"] = to
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def a_bounce(message_id: str, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A delivery status notification about the message."""
    return (
        "From: MAILER-DAEMON@host.test\r\nTo: notices@hotline.test\r\nMessage-ID: <b1@host.test>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; host.test\r\n\r\n"
        f"Final-Recipient: rfc822; abuse@host.test\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: Notice\r\n"
        "--b--\r\n"
    ).encode()


__all__ = ["KEYS", "a_bounce", "a_sent_notice", "an_answer", "letter_of"]
