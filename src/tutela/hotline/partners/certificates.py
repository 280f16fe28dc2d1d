"""Certificates that mail to a partner is sealed to (S/MIME): read, and judged before anything is sealed.

A certificate is believed because two people compared its SHA-256 with its owner, not because an authority
signed it: no chain is followed. What it says itself has to fit all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tutela.kernel.errors import Invalid

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)
#: Bits of an RSA key (RFC 8551 section 4.2: below 2048 none is to be used any more).
RSA_BITS_MIN = 2_048
#: Characters of all certificates of a partner: 8 of 4,000, with room (our own).
TEXT_CHARACTERS_MAX = 48_000
#: Digests under a signature that somebody can forge (RFC 8551 appendix B).
_WEAK = (hashes.MD5, hashes.SHA1)
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----[^-]{1,20000}-----END CERTIFICATE-----")
#: What the library raises for a certificate that is none, or has parts that it cannot read.
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension)


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """A certificate with what people compare. ``sha256`` is hexadecimal, of its DER form."""

    sha256: str
    ends_at: datetime
    mailboxes: tuple[str, ...]
    loaded: x509.Certificate = field(repr=False)

    @property
    def pem(self) -> str:
        """The certificate as text, without what stood around it."""
        return self.loaded.public_bytes(Encoding.PEM).decode("ascii")


def read_certificates(untrusted_text: str) -> tuple[Certificate, ...]:
    """The certificates in a text in PEM, each once. Raises Invalid where one is none, or there is none."""
    blocks = _PEM.findall(untrusted_text[: TEXT_CHARACTERS_MAX + 1])
    if not blocks or len(untrusted_text) > TEXT_CHARACTERS_MAX:
        raise Invalid("a certificate in PEM begins with -----BEGIN CERTIFICATE-----", field="certificates")
    found = {one.sha256: one for one in map(_read, blocks)}
    return tuple(found.values())


def check_certificate(certificate: Certificate, mailbox: str, *, now: datetime) -> None:
    """Return where mail to the mailbox may be sealed to it now. Raises Invalid with what is wrong."""
    try:
        reasons = list(_reasons(certificate, mailbox, now))
    except _UNREADABLE:
        reasons = ["it cannot be read"]
    if reasons:
        raise Invalid(
            f"the certificate {certificate.sha256[:16]} is not taken: {'; '.join(reasons)}",
            field="certificates",
        )


def _read(untrusted_pem: str) -> Certificate:
    try:
        loaded = x509.load_pem_x509_certificate(untrusted_pem.encode("ascii"))
        return Certificate(
            sha256=loaded.fingerprint(hashes.SHA256()).hex(),
            ends_at=loaded.not_valid_after_utc,
            mailboxes=tuple(sorted(set(_mailboxes(loaded)))),
            loaded=loaded,
        )
    except _UNREADABLE as error:
        raise Invalid("this is no certificate in PEM", field="certificates") from error


def _mailboxes(loaded: x509.Certificate) -> Iterator[str]:
    """Whose it says it is (RFC 8550 section 3), in lower case."""
    for named in loaded.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
        yield str(named.value).lower()
    names = _extension(loaded, x509.SubjectAlternativeName)
    if names is not None:
        yield from (one.lower() for one in names.get_values_for_type(x509.RFC822Name))


def _reasons(certificate: Certificate, mailbox: str, now: datetime) -> Iterator[str]:
    loaded = certificate.loaded
    if now < loaded.not_valid_before_utc:
        yield f"it is not valid before {loaded.not_valid_before_utc:%Y-%m-%d}"
    if now >= certificate.ends_at:
        yield f"it expired on {certificate.ends_at:%Y-%m-%d}"
    if certificate.mailboxes and mailbox.lower() not in certificate.mailboxes:
        yield "it is another mailbox's"
    yield from _weaknesses(loaded)
    yield from _uses(loaded)


def _weaknesses(loaded: x509.Certificate) -> Iterator[str]:
    key = loaded.public_key()
    if not isinstance(key, RSAPublicKey):
        yield "its key is not RSA, to which alone mail is sealed here"
    elif key.key_size < RSA_BITS_MIN:
        yield f"its key has {key.key_size} bits, and {RSA_BITS_MIN} are the least"
    if isinstance(loaded.signature_hash_algorithm, _WEAK):
        yield f"its signature is {loaded.signature_hash_algorithm.name}, which can be forged"


def _uses(loaded: x509.Certificate) -> Iterator[str]:
    usage, further = _extension(loaded, x509.KeyUsage), _extension(loaded, x509.ExtendedKeyUsage)
    if usage is not None and not usage.key_encipherment:
        yield "its key is not for sealing (key usage)"
    allowed = {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if further is not None and not allowed & set(further):
        yield "it is not for mail (extended key usage)"


def _extension(loaded: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    try:
        return loaded.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
