"""A referral as encrypted mail: PDF and JSON in an S/MIME envelope (RFC 8551), in a letter that says nothing.

The envelope is AES-256-CBC with the key sealed to each certificate's RSA key, which is what programs for mail
open. It does not prove by itself who wrote it: the letter around it is signed with DKIM.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from tutela.hotline.partners.certificates import Certificate
from tutela.hotline.partners.documents import ReferralDocument
from tutela.hotline.partners.rendering import DATA, PAPER, render_json, render_paper
from tutela.kernel.egress.letters import Letter, build_letter
from tutela.kernel.egress.mail_addresses import MailAddress

#: Bytes of a whole letter: what a server takes that nobody set otherwise (postfix: message_size_limit).
MAIL_BYTES_MAX = 10_000_000
#: Bytes of the largest envelope that fits into one: base64 takes 78 for 57, with room for the headers.
ENVELOPE_BYTES_MAX = MAIL_BYTES_MAX * 57 // 78 - 20_000
#: How the envelope is called in the letter (RFC 8551 section 3.2.1).
FILE = "smime.p7m"
#: Before the id of a referral whose letter goes to the house's own mailbox instead.
TEST = "TEST "


def render_envelope(document: ReferralDocument, certificates: Sequence[Certificate]) -> bytes:
    """The document for people and for programs, sealed to these certificates: EnvelopedData in DER."""
    inside = EmailMessage(policy=SMTP)
    inside.set_content(f"{document.referral}\n", cte="7bit")
    inside.add_attachment(render_paper(document), maintype="application", subtype="pdf", filename=PAPER)
    inside.add_attachment(render_json(document), maintype="application", subtype="json", filename=DATA)
    return seal_envelope(inside.as_bytes(), certificates)


def seal_envelope(content: bytes, certificates: Sequence[Certificate]) -> bytes:
    """The content sealed to each of these certificates. Raises ValueError without one."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content)
    for certificate in certificates:
        builder = builder.add_recipient(certificate.loaded)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def build_referral_letter(
    sealed: bytes, *, referral: str, message_id: str, parties: tuple[MailAddress, MailAddress], now: datetime,
    is_test: bool = False,
) -> Letter:  # fmt: skip
    """The letter around the envelope, from the first of ``parties`` to the second.

    Its headers name two mailboxes, a time and the referral's id. Raises Invalid where it is too large.
    """
    message = EmailMessage()
    message["From"], message["To"] = (Address("", one.local, one.host) for one in parties)
    message["Subject"] = (TEST if is_test else "") + referral
    message["Date"] = now
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        sealed,
        maintype="application",
        subtype="pkcs7-mime",
        filename=FILE,
        params={"smime-type": "enveloped-data", "name": FILE},
    )
    return build_letter(message, bytes_max=MAIL_BYTES_MAX)
