"""Certificates for the tests of mail: made here, of offices that are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from cryptography.x509.oid import NameOID

MAILBOX = "cases@police.test"
#: Within it the clock of the tests stands, and that of the machine.
BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


@cache
def rsa_key(bits: int = 2_048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def a_certificate(
    *extensions: x509.ExtensionType,
    key: Any = None,
    mailbox: str = MAILBOX,
    begins: datetime = BEGINS,
    ends: datetime = ENDS,
) -> x509.Certificate:
    """A certificate of the office at this mailbox, signed by itself."""
    held = key or rsa_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Office 7")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(held.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    if mailbox:
        names = x509.SubjectAlternativeName([x509.RFC822Name(mailbox)])
        builder = builder.add_extension(names, critical=False)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(held, hashes.SHA256())


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


@cache
def a_pem() -> str:
    return pem_of(a_certificate())


def ending(days: float, since: datetime) -> str:
    return pem_of(a_certificate(ends=since + timedelta(days=days)))


def key_pem() -> bytes:
    """The private key that opens what was sealed to ``a_pem``."""
    return rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def opened_envelope(sealed: bytes) -> bytes:
    """What stands in an envelope, as the office reads it."""
    certificate = x509.load_pem_x509_certificate(a_pem().encode())
    return pkcs7.pkcs7_decrypt_der(sealed, certificate, rsa_key(), [])
