from __future__ import annotations

import json
import subprocess
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hotline.partners.certificates import MAILBOX, a_pem, key_pem, opened_envelope
from tests.hotline.partners.making import URL, KeyOpener, a_clock, a_partner, a_referral
from tutela.hotline.partners.certificates import read_certificates
from tutela.hotline.partners.documents import ReferralDocument, build_document
from tutela.hotline.partners.envelopes import (
    ENVELOPE_BYTES_MAX,
    MAIL_BYTES_MAX,
    build_referral_letter,
    render_envelope,
    seal_envelope,
)
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.errors import Invalid

CERTIFICATES = read_certificates(a_pem())
REFERRAL, MESSAGE_ID = "ref_" + "a" * 32, f"<ref_{'a' * 32}@hotline.test>"


def a_document() -> ReferralDocument:
    clock = a_clock()
    partner = a_partner(clock, how="mail", mailbox=MAILBOX, certificates=a_pem())
    opener = KeyOpener()

    def opened(sighting: str, sealed: bytes) -> str:
        from tutela.kernel.opener.orders import OpenOrder

        order = OpenOrder(purpose="hand_over", kind="process", who="sender", case=sighting, sealed=sealed)
        return opener.text(order)

    return build_document(
        a_referral(clock, partner=partner),
        mandate_in_force(clock=clock),
        answer="https://help.test/answer/t",
        made_at=clock.now(),
        opened=opened,
    )


def a_letter(sealed: bytes, *, is_test: bool = False) -> Letter:
    parties = (parse_mail_address("notices@hotline.test"), parse_mail_address(MAILBOX))
    return build_referral_letter(
        sealed,
        referral=REFERRAL,
        message_id=MESSAGE_ID,
        parties=parties,
        now=a_clock().now(),
        is_test=is_test,
    )


def parts(inside: bytes) -> dict[str, bytes]:
    """The files in what an envelope held, by name."""
    message = message_from_bytes(inside, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return {str(one.get_filename()): one.get_content() for one in message.iter_attachments()}


@pytest.mark.django_db
def test_the_envelope_holds_pdf_and_json() -> None:
    document = a_document()
    sealed = render_envelope(document, CERTIFICATES)
    found = parts(opened_envelope(sealed))
    assert sorted(found) == ["referral.json", "referral.pdf"] and found["referral.pdf"][:5] == b"%PDF-"
    assert json.loads(found["referral.json"])["items"][0]["sightings"][0]["address"] == URL
    assert document.referral.encode() not in sealed and b"canary" not in sealed


@given(st.binary(max_size=3_000))
@settings(max_examples=25, deadline=None)
def test_what_is_sealed_is_opened_as_it_was(content: bytes) -> None:
    assert opened_envelope(seal_envelope(content, CERTIFICATES)) == content


def test_without_a_certificate_nothing_is_sealed() -> None:
    with pytest.raises(ValueError, match="recipient"):
        seal_envelope(b"x", ())


def test_a_letter_says_nothing_but_the_referral_s_id() -> None:
    letter = a_letter(seal_envelope(b"https://canary.test/", CERTIFICATES))
    message = message_from_bytes(letter.content, policy=SMTP)
    assert message["Subject"] == REFERRAL and message["Message-ID"] == letter.message_id == MESSAGE_ID
    assert (message["From"], message["To"]) == ("notices@hotline.test", MAILBOX)
    assert message.get_content_type() == "application/pkcs7-mime" and not message.is_multipart()
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "Content-Disposition",
    }  # fmt: skip
    assert b"canary" not in letter.content
    test = message_from_bytes(a_letter(b"x", is_test=True).content, policy=SMTP)
    assert test["Subject"] == f"TEST {REFERRAL}"


def test_the_largest_envelope_fits_and_a_larger_letter_is_refused() -> None:
    assert len(a_letter(b"\xff" * ENVELOPE_BYTES_MAX).content) <= MAIL_BYTES_MAX
    with pytest.raises(Invalid):
        a_letter(b"\xff" * (ENVELOPE_BYTES_MAX + 30_000))


@pytest.mark.needs("openssl")
@pytest.mark.django_db
def test_another_program_opens_it_with_aes_256(tmp_path: Path) -> None:
    sealed = render_envelope(a_document(), CERTIFICATES)
    for name, data in (
        ("m.eml", a_letter(sealed).content),
        ("k.pem", key_pem()),
        ("c.pem", a_pem().encode()),
    ):
        (tmp_path / name).write_bytes(data)

    def openssl(*words: str) -> bytes:
        command = ["openssl", "cms", "-in", "m.eml", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=30).stdout

    found = parts(openssl("-decrypt", "-inkey", "k.pem", "-recip", "c.pem", "-binary"))
    assert json.loads(found["referral.json"])["items"] and found["referral.pdf"].endswith(b"%%EOF\n")
    assert b"aes-256-cbc" in openssl("-cmsout", "-print")
