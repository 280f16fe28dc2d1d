"""The certificate authority of this device alone: it vouches to the person's browsers for the guard.

EC P-256, one year, no authority below it, the subject that the person chose. It cannot be limited to some
hosts by name constraints: the guard looks into whatever a browser asks for, but for a list that the person
may change. So its key matters: it never leaves the device, and is destroyed on leaving.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tutela.kernel.clock import Clock
from tutela.kernel.errors import Unavailable

#: How long an authority holds; then a new one is made (our own: a forgotten one does not stay for ever).
VALID = timedelta(days=365)
#: How long before its end a new one is due, so that nobody stands before a warning page.
RENEW_BEFORE = timedelta(days=30)
#: What a clock may be late by.
_EARLIER = timedelta(days=2)
_ONLY_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """The certificate, and the bundle of key and certificate (PEM) as mitmproxy reads it."""

    certificate_pem: bytes
    bundle_pem: bytes

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate, read."""
        return x509.load_pem_x509_certificate(self.certificate_pem)

    def due(self, clock: Clock) -> bool:
        """Whether a new one is to be made now."""
        return clock.now() >= self.certificate.not_valid_after_utc - RENEW_BEFORE

    def days_left(self, clock: Clock) -> int:
        """Whole days until its end; never below 0."""
        return max(0, (self.certificate.not_valid_after_utc - clock.now()).days)


def new_authority(subject: str, clock: Clock) -> Authority:
    """A new authority with a new key. ``subject`` is its common name (``discretion``)."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(subject, key, clock).public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Authority(certificate_pem=certificate, bundle_pem=private + certificate)


def _certificate(subject: str, key: ec.EllipticCurvePrivateKey, clock: Clock) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    public, now = key.public_key(), clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_ONLY_SIGNS, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, SHA256())
    )


def read_authority(bundle_pem: bytes) -> Authority:
    """The authority of a bundle. Raises Unavailable where it is damaged or of two pairs."""
    try:
        key = load_pem_private_key(bundle_pem, None)
        certificate = x509.load_pem_x509_certificate(bundle_pem)
        matches = key.public_key() == certificate.public_key()
    except ValueError as error:
        raise Unavailable("the key of this device is damaged: set it up again") from error
    if not matches:
        raise Unavailable("the key of this device belongs to another certificate: set it up again")
    return Authority(certificate_pem=certificate.public_bytes(Encoding.PEM), bundle_pem=bundle_pem)


def browser_pin(authority: Authority) -> str:
    """The certificate's key as Chromium's tests name it: SHA-256 of its SubjectPublicKeyInfo, base64."""
    public = authority.certificate.public_key()
    info = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(sha256(info).digest()).decode("ascii")
