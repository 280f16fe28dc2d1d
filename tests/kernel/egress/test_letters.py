from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress.letters import MESSAGE_BYTES_MAX, build_letter, sign_letter
from tutela.kernel.errors import Invalid

#: What somebody might put where a header's value is built from (threat model ST-11).
BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r\n\r\n")
PAYLOADS = [
    f"quiet{line}{more}"
    for line in BREAKS
    for more in (
        "Bcc: evil@evil.test", "To: evil@evil.test", "Cc: evil@evil.test", " Bcc: evil@evil.test", "\tevil",
        "Subject: evil", "From: evil@evil.test", "Reply-To: evil@evil.test", "Content-Type: text/html", ".",
        ".\r\nMAIL FROM:<evil@evil.test>", "RCPT TO:<evil@evil.test>", "DATA", "QUIT", "MIME-Version: 2",
        "Message-ID: <evil>", "Resent-To: evil@evil.test", "Sender: evil@evil.test", "x" * 1_000, "",
    )
]  # fmt: skip


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    given = {
        "From": "Hotline <notices@hotline.test>",
        "To": "abuse@host.test",
        "Subject": "Notice",
        "Date": "Mon, 04 May 2026 03:02:01 +0000",
        "Message-ID": "<one@hotline.test>",
    } | {name.replace("_", "-"): text for name, text in headers.items()}
    for name, text in given.items():
        made[name] = text
    made.set_content("body\n")
    return made


def test_a_letter_is_the_message_with_its_two_mailboxes() -> None:
    letter = build_letter(message())
    assert (str(letter.sender), str(letter.recipient)) == ("notices@hotline.test", "abuse@host.test")
    assert letter.message_id == "<one@hotline.test>" and b"body" not in repr(letter).encode()
    assert letter.content.endswith(b"body\r\n")


def test_there_are_two_hundred_payloads() -> None:
    assert len(PAYLOADS) == 200


@pytest.mark.parametrize("field", ["To", "Subject", "Message_ID"])
def test_no_payload_adds_a_header_or_a_recipient(field: str) -> None:
    for payload in PAYLOADS:
        try:
            letter = build_letter(message(**{field: payload}))
        except (ValueError, Invalid):
            continue
        parsed = message_from_bytes(letter.content, policy=default)
        assert sorted(parsed.keys()) == sorted(message().keys())
        assert str(letter.recipient) == "abuse@host.test" == parsed["To"]


@pytest.mark.parametrize("name", ["Cc", "Bcc", "Sender", "Resent-To"])
def test_a_letter_has_one_recipient_and_one_sender(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        build_letter(message(**{name.replace("-", "_"): "other@host.test"}))
    assert refused.value.field == name


@pytest.mark.parametrize(
    "to", ["a@b.test, c@d.test", "group: a@b.test;", "undisclosed:;", "nobody", "a@[127.0.0.1]"]
)
def test_several_or_odd_recipients_are_refused(to: str) -> None:
    with pytest.raises(Invalid):
        build_letter(message(To=to))


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Date", "Message-ID"])
def test_each_header_is_there_once(name: str) -> None:
    made = message()
    del made[name]
    with pytest.raises(Invalid) as refused:
        build_letter(made)
    assert refused.value.field == name


def test_a_message_that_is_too_large_is_refused() -> None:
    made = message()
    made.set_content("x" * 70 + "\n", cte="7bit")
    made.set_payload(("x" * 70 + "\n") * (MESSAGE_BYTES_MAX // 70))
    with pytest.raises(Invalid):
        build_letter(made)


@pytest.mark.parametrize("body", ["x" * 999 + "\n", "nul\x00\n"])
def test_a_line_that_smtp_does_not_take_is_refused(body: str) -> None:
    made = message()
    made.set_payload(body)
    with pytest.raises(Invalid):
        build_letter(made)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=2_000))
def test_whatever_a_body_holds_arrives_or_is_refused(body: str) -> None:
    made = message()
    made.set_content(body)
    content = build_letter(made).content
    back = message_from_bytes(content, policy=default).get_content()
    assert "".join(back.split()) == "".join(body.split()) or set(body) & set(
        "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\r"
    )
    assert b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b"")


SIGNATURE = b"DKIM-Signature: v=1; a=ed25519-sha256;\r\n bh=one;\r\n\tb=two\r\n"


def test_a_signature_stands_before_the_letter_and_changes_nothing_else() -> None:
    letter = build_letter(message())
    signed = sign_letter(sign_letter(letter, SIGNATURE), SIGNATURE)
    assert signed.content == SIGNATURE + SIGNATURE + letter.content
    assert (signed.sender, signed.recipient) == (letter.sender, letter.recipient)
    assert message_from_bytes(signed.content, policy=default)["To"] == "abuse@host.test"


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        SIGNATURE[:-2],
        SIGNATURE + b"\r\n",
        SIGNATURE + b"Bcc: evil@evil.test\r\n",
        b"Bcc: evil@evil.test\r\n",
        b"DKIM-Signature: v=1\nBcc: evil@evil.test\r\n",
        b"DKIM-Signature: v=1\r\n \r\n",
        b"DKIM-Signature: \xc3\xa4\r\n",
        b"DKIM-Signature:\r\n",
    ],
    ids=range(9),
)
def test_what_is_not_one_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(Invalid) as told:
        sign_letter(build_letter(message()), signature)
    assert told.value.field == "DKIM-Signature"


def test_a_letter_with_a_signature_is_bounded_too() -> None:
    with pytest.raises(Invalid):
        sign_letter(build_letter(message()), b"DKIM-Signature: " + b"x" * 1_000 + b"\r\n")
