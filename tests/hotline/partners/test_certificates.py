from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.partners.certificates import (
    BEGINS,
    ENDS,
    MAILBOX,
    a_certificate,
    a_pem,
    ec_key,
    pem_of,
    rsa_key,
)
from tutela.hotline.partners.certificates import TEXT_CHARACTERS_MAX, check_certificate, read_certificates
from tutela.kernel.errors import Invalid

NOW = BEGINS + timedelta(days=100)
USAGE = dict.fromkeys(
    ("digital_signature", "content_commitment", "data_encipherment", "key_agreement", "key_cert_sign",
     "crl_sign", "encipher_only", "decipher_only"), False,
)  # fmt: skip


def refused(certificate: x509.Certificate, mailbox: str = MAILBOX, at: timedelta = timedelta()) -> str:
    """Why the certificate is not taken, or nothing."""
    (read,) = read_certificates(pem_of(certificate))
    try:
        check_certificate(read, mailbox, now=NOW + at)
    except Invalid as error:
        return f"{error.field}: {error.message}"
    return ""


def test_a_certificate_is_read_from_whatever_stands_around_it() -> None:
    certificate = a_certificate()
    text = f"subject=Office 7\n{pem_of(certificate)}\n{pem_of(certificate)}trailing"
    (read,) = read_certificates(text)
    assert (read.ends_at, read.mailboxes, read.pem) == (ENDS, (MAILBOX,), pem_of(certificate))
    assert len(read.sha256) == 64 and read_certificates(read.pem) == (read,)


@pytest.mark.parametrize("text", ["", "no certificate", a_pem()[:-30], a_pem().replace("MII", "AII", 1)])
def test_what_is_no_certificate_is_said(text: str) -> None:
    with pytest.raises(Invalid) as error:
        read_certificates(text)
    assert error.value.field == "certificates"


def test_a_text_without_end_is_not_read() -> None:
    with pytest.raises(Invalid):
        read_certificates(a_pem() + " " * TEXT_CHARACTERS_MAX)


@given(st.text(max_size=300))
def test_any_text_is_certificates_or_invalid(text: str) -> None:
    with pytest.raises(Invalid):
        read_certificates(text + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")


def test_a_good_one_is_taken() -> None:
    mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    usage = x509.KeyUsage(key_encipherment=True, **USAGE)
    assert not refused(a_certificate()) and not refused(a_certificate(mail, usage), MAILBOX.upper())
    assert not refused(a_certificate(mailbox=""), "any@where.test"), "it names nobody"


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (a_certificate(key=ec_key()), "not RSA"),
        (a_certificate(key=rsa_key(1_024)), "1024 bits"),
        (a_certificate(mailbox="other@police.test"), "another mailbox"),
        (a_certificate(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])), "not for mail"),
        (a_certificate(x509.KeyUsage(key_encipherment=False, **USAGE)), "not for sealing"),
    ],
    ids=["curve", "short", "another", "server", "signing"],
)
def test_what_does_not_fit_is_refused_with_its_reason(certificate: x509.Certificate, why: str) -> None:
    assert why in refused(certificate) and refused(certificate).startswith("certificates: ")


def test_time_is_looked_at() -> None:
    certificate = a_certificate(ends=NOW + timedelta(days=1))
    assert not refused(certificate)
    assert "expired on 2026-04-12" in refused(certificate, at=timedelta(days=1))
    assert "not valid before 2026-01-01" in refused(certificate, at=timedelta(days=-101))


#: Last bytes of the identifiers 1.2.840.113549.1.1.x (RFC 8017 appendix A.2.4): RSA with these digests.
SIGNED_WITH = {"sha256": 11, "sha1": 5, "md5": 4}
RSA_WITH = bytes.fromhex("2a864886f70d0101")


@pytest.mark.parametrize(
    ("digest", "why"), [("sha256", ""), ("sha1", "can be forged"), ("md5", "can be forged")]
)
def test_a_signature_that_can_be_forged_is_refused(digest: str, why: str) -> None:
    made = a_certificate().public_bytes(Encoding.DER)
    named = RSA_WITH + bytes([SIGNED_WITH["sha256"]])
    assert made.count(named) == 2
    said = made.replace(named, RSA_WITH + bytes([SIGNED_WITH[digest]]))  # the library signs with nothing weak
    found = refused(x509.load_der_x509_certificate(said))
    assert why in found and bool(found) is bool(why)
