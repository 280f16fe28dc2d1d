"""The message that goes out: text, list of addresses, X-ARF; the same bytes at every attempt.

Only here and in the X-ARF part an address of an item stands in the clear, in the body alone: headers hold
words of our own and ids (threat model ST-11). ``kernel.egress.letters`` makes and checks the bytes.
All parts are 7-bit, so that no server on the way has a reason to change what is signed (RFC 6376 5.3).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from tutela.kernel.egress.letters import Letter, build_letter
from tutela.kernel.egress.mail_addresses import MailAddress
from tutela.share.notices.contents import Letterhead, NoticeContent, RetractionContent
from tutela.share.notices.tables import render_table
from tutela.share.notices.texts import texts_for
from tutela.share.notices.wording import (
    TABLE_FILE,
    render_notice,
    render_retraction,
    render_subject,
    wrapped,
)
from tutela.share.notices.xarf import build_xarf, render_xarf


def build_notice_letter(
    content: NoticeContent, head: Letterhead, *, now: datetime, test_mailbox: MailAddress | None = None
) -> Letter:
    """The notice as a letter. With ``test_mailbox`` it goes there instead, and subject and text say so.

    Raises Invalid where the whole is larger than a message may be.
    """
    reports = build_xarf(content, head, is_test=test_mailbox is not None)
    message = _message(content, head, now=now, test_mailbox=test_mailbox)
    if content.reminder is not None:
        _answer(message, content.reminder.first_message_id)
    text = render_notice(content, head, machine_parts=bool(reports))
    _set_text(message, _led(content, text, test_mailbox=test_mailbox), content.language)
    table = render_table(content.sightings, with_digests=content.digests != "none")
    message.add_attachment(table.encode("ascii"), maintype="text", subtype="csv", filename=TABLE_FILE)
    for number, report in enumerate(reports, 1):
        name = "xarf.json" if len(reports) == 1 else f"xarf-{number:03}.json"
        message.add_attachment(render_xarf(report), maintype="application", subtype="json", filename=name)
    message.set_boundary("=_" + hashlib.sha256(content.message_id.encode()).hexdigest()[:32])
    return build_letter(message)


def build_retraction_letter(
    content: RetractionContent, head: Letterhead, *, now: datetime, test_mailbox: MailAddress | None = None
) -> Letter:
    """The letter that takes a notice back, in the thread of that notice. It names no address."""
    message = _message(content, head, now=now, test_mailbox=test_mailbox)
    if content.retracts_message_id:
        _answer(message, content.retracts_message_id)
    text = _led(content, render_retraction(content, head), test_mailbox=test_mailbox)
    _set_text(message, text, content.language)
    return build_letter(message)


def _message(
    content: NoticeContent | RetractionContent,
    head: Letterhead,
    *,
    now: datetime,
    test_mailbox: MailAddress | None,
) -> EmailMessage:
    texts = texts_for(content.language)
    recipient = test_mailbox or content.recipient
    subject = render_subject(content)
    message = EmailMessage()
    message["From"] = Address(head.name, head.sender.local, head.sender.host)
    message["To"] = Address("", recipient.local, recipient.host)
    message["Subject"] = texts.say("subjects.test", subject=subject) if test_mailbox else subject
    message["Date"] = now
    message["Message-ID"] = content.message_id
    message["Auto-Submitted"] = "auto-generated"
    return message


def _answer(message: EmailMessage, message_id: str) -> None:
    message["In-Reply-To"] = message_id
    message["References"] = message_id


def _set_text(message: EmailMessage, text: str, language: str) -> None:
    message.set_content(text, cte="quoted-printable")
    message["Content-Language"] = texts_for(language).language


def _led(content: NoticeContent | RetractionContent, text: str, *, test_mailbox: MailAddress | None) -> str:
    """The text, behind the sentence that it is a test."""
    if test_mailbox is None:
        return text
    return wrapped(texts_for(content.language).say("leads.test", recipient=content.recipient)) + "\n\n" + text
