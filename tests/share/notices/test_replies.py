from __future__ import annotations

import base64
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.share.notices import telling as make
from tests.share.notices.test_incoming import PIECES
from tutela.kernel.egress.letters import Letter
from tutela.kernel.errors import Invalid
from tutela.share.notices.letters import build_notice_letter
from tutela.share.notices.replies import NAMED_MAX, Reply, parse_reply


def letter() -> Letter:
    return build_notice_letter(make.content(), make.head(), now=make.NOW)


def mail(text: str = "Thank you.", **headers: str) -> bytes:
    made = EmailMessage()
    for name, value in (
        {"From": "Abuse desk <abuse@host.test>", "Subject": "Re: your mail"} | headers
    ).items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def report(
    fields: bytes, *, kind: bytes = b"delivery-status", returned: bytes = b"", extra: bytes = b""
) -> bytes:
    """A bounce or a complaint as a server sends it."""
    third = b"--x\r\nContent-Type: message/rfc822\r\n\r\n" + returned + b"\r\n" if returned else b""
    return (
        b"From: MAILER-DAEMON@mx.host.test\r\nSubject: Undelivered\r\nReturn-Path: <>\r\n"
        b"Content-Type: multipart/report; report-type=" + kind + b"; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered and was deleted.\r\n"
        b"--x\r\nContent-Type: message/"
        + kind
        + b"\r\n"
        + extra
        + b"\r\n"
        + fields
        + b"\r\n"
        + third
        + b"--x--\r\n"
    )


FAILED = (
    b"Reporting-MTA: dns; mx.host.test\r\n\r\n"
    b"Final-Recipient: rfc822; abuse@host.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
)
COMPLAINT = b"--x\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"


def test_an_answer_names_its_notice_in_the_thread() -> None:
    reply = parse_reply(mail("It has been removed.", In_Reply_To=make.MESSAGE_ID))
    assert (
        reply.message_ids == (make.MESSAGE_ID,) and reply.claims == {"removed"} and reply.looks_worth_checking
    )


def test_what_is_answered_comes_before_what_is_referred_to() -> None:
    references = f"{make.EARLIER_MESSAGE_ID} {make.MESSAGE_ID}"
    assert parse_reply(mail(References=references)).message_ids == (make.MESSAGE_ID, make.EARLIER_MESSAGE_ID)
    both = mail(References=references, In_Reply_To=make.EARLIER_MESSAGE_ID)
    assert parse_reply(both).message_ids[0] == make.EARLIER_MESSAGE_ID


def test_an_answer_without_a_thread_names_it_in_subject_text_or_page() -> None:
    assert parse_reply(mail(Subject=f"AW: Meldung {make.NOTICE}")).notices == (make.NOTICE,)
    assert parse_reply(mail(f"About {make.NOTICE.upper()}.")).notices == (make.NOTICE,)
    assert parse_reply(mail(f"> https://hotline.test/verify/{make.TOKEN}\n")).verify_tokens == (make.TOKEN,)
    assert parse_reply(mail(f"x{make.NOTICE}y {make.NOTICE}7")).notices == ()


def test_a_letter_is_named_beside_its_notices() -> None:
    reply = parse_reply(mail(Subject=f"Re: Notice {make.LETTER}: removal asked for"))
    assert (reply.letters, reply.notices) == ((make.LETTER,), ())
    page = parse_reply(mail(f"https://hotline.test/verify/{make.LETTER}"))
    assert page.letters == page.verify_tokens == (make.LETTER,)


def test_a_quoted_letter_names_the_notice_and_claims_nothing() -> None:
    quoted = "\n".join(f"> {line}" for line in make.text(letter()).splitlines())
    for text in (quoted, make.text(letter())):
        reply = parse_reply(mail(text))
        assert reply.notices == (make.PLACE, make.NOTICE) and reply.verify_tokens == (make.TOKEN,)
        assert reply.message_ids == (make.MESSAGE_ID,) and reply.claims == frozenset()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
    ],
    ids=lambda headers: "-".join(next(iter(headers.items()))),
)
def test_an_automatic_answer_is_known_as_one(headers: dict[str, str]) -> None:
    assert parse_reply(mail("We have received your mail.", **headers)).claims == {"automatic", "received"}
    assert "automatic" not in parse_reply(mail("We have received your mail.", Auto_Submitted="no")).claims


def test_a_bounce_leads_to_the_letter_that_came_back() -> None:
    reply = parse_reply(report(FAILED, returned=letter().content))
    assert reply.message_ids[0] == make.MESSAGE_ID and reply.notices == (make.NOTICE,)
    assert reply.claims == {"automatic", "undelivered"}
    assert reply.permanent_failure and reply.address_is_dead
    assert [bounce.status for bounce in reply.bounces] == ["5.1.1"]


def test_a_delay_is_no_failure() -> None:
    reply = parse_reply(report(FAILED.replace(b"failed", b"delayed").replace(b"5.1.1", b"4.4.1")))
    assert reply.claims == {"automatic"} and not reply.permanent_failure and not reply.address_is_dead


@pytest.mark.parametrize(
    ("extra", "encode"),
    [(b"", bytes), (b"Content-Transfer-Encoding: 8bit\r\n", bytes),
     (b"Content-Transfer-Encoding: base64\r\n", base64.encodebytes)],
    ids=["plain", "8bit", "base64"],
)  # fmt: skip
def test_an_international_report_is_read_in_each_encoding(extra: bytes, encode: Any) -> None:
    fields = FAILED.replace(b"rfc822; abuse@", "utf-8; stra\u00dfe@".encode())
    reply = parse_reply(report(encode(fields), kind=b"global-delivery-status", extra=extra))
    assert reply.permanent_failure and reply.address_is_dead


def test_a_complaint_about_our_mail_is_told() -> None:
    fields = b"Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\n"
    reply = parse_reply(report(fields, kind=b"feedback-report", returned=letter().content))
    assert reply.complaint == "abuse" and "complaint" in reply.claims
    assert reply.message_ids[0] == make.MESSAGE_ID
    odd = parse_reply(report(b"Feedback-Type: \x00!\r\n", kind=b"feedback-report"))
    assert odd.complaint == "unknown"


def test_what_is_named_is_bounded() -> None:
    many = " ".join(f"<m{number}@hotline.test>" for number in range(100))
    assert len(parse_reply(mail(many)).message_ids) == NAMED_MAX


def test_a_mail_about_nothing_says_nothing() -> None:
    reply = parse_reply(b"")
    assert reply == Reply() and not reply.looks_worth_checking


@given(st.binary(max_size=1_500) | st.lists(
    st.sampled_from([*PIECES, FAILED, COMPLAINT])
    | st.binary(max_size=20),
    max_size=40,
).map(b"".join))  # fmt: skip
def test_arbitrary_bytes_are_a_reply_or_refused(untrusted: bytes) -> None:
    with suppress(Invalid):
        reply = parse_reply(untrusted)
        assert max(map(len, (reply.message_ids, reply.notices, reply.verify_tokens, reply.bounces))) <= 20


def test_nothing_of_a_mail_shows_in_repr() -> None:
    assert "secret" not in repr(parse_reply(mail("secret", Subject="secret")))
