"""A letter signed by the house's domain: DKIM (RFC 6376) with Ed25519 (RFC 8463) and RSA.

Both signatures stand on one letter: who cannot read Ed25519 yet reads the other. The domain is that of the
``From`` mailbox, so that DMARC is aligned strictly. Every header that we write is signed, and those of which
a message has one are signed once more than they occur, so that nobody adds a second (RFC 6376 section 5.4.2).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from typing import Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.letters import sign_letter as with_signature
from tutela.kernel.errors import Invalid

Algorithm = Literal["ed25519-sha256", "rsa-sha256"]

#: Bits of an RSA key (RFC 8301 section 3.2 recommends at least 2048).
RSA_BITS_MIN = 2_048
#: Headers that are signed where they occur (RFC 6376 section 5.4.1, and Auto-Submitted of RFC 3834).
SIGNED = (
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
    "mime-version", "content-type", "content-transfer-encoding", "content-language",
)  # fmt: skip
#: Headers that are signed once more than they occur: a second one, or a first, would change the meaning.
OVERSIGNED = (
    "from", "to", "cc", "reply-to", "sender", "subject", "date", "message-id", "in-reply-to", "references",
    "mime-version", "content-type", "content-transfer-encoding",
)  # fmt: skip
#: One label of a name, or several (RFC 6376 section 3.1).
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,3}")


@dataclass(frozen=True, kw_only=True, slots=True)
class DkimKey:
    """A private key as it signs, and the public one as its DNS record shows it."""

    selector: str
    algorithm: Algorithm
    record: str
    private_key: bytes = field(repr=False)

    def record_name(self, domain: str) -> str:
        """Where ``record`` stands as TXT: ``selector._domainkey.domain``."""
        return f"{self.selector}._domainkey.{domain}"


def read_dkim_key(selector: str, pem: bytes) -> DkimKey:
    """The key of a PEM file (PKCS#8, not encrypted). Raises Invalid for another kind or a weak one."""
    if not _SELECTOR.fullmatch(selector):
        raise Invalid("a selector is a label of a domain name, such as t2026", field="selector")
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Invalid("this is no private key in PEM without a passphrase", field="dkim") from error
    if isinstance(key, Ed25519PrivateKey):
        return _ed25519(selector, key)
    if isinstance(key, RSAPrivateKey) and key.key_size >= RSA_BITS_MIN:
        return _rsa(selector, key)
    raise Invalid(f"a DKIM key is Ed25519, or RSA with {RSA_BITS_MIN} bits or more", field="dkim")


def sign_letter(letter: Letter, keys: Iterable[DkimKey], *, now: datetime) -> Letter:
    """The letter with one signature of each key, all over the same message. Without a key it is unchanged."""
    signed = letter
    for key in keys:
        signed = with_signature(signed, _signature(letter, key, now=now))
    return signed


def signed_headers(content: bytes) -> tuple[str, ...]:
    """The names for ``h=`` of this message, oversigned ones behind those that occur."""
    present = [name.lower() for name in message_from_bytes(content)]
    return tuple([name for name in present if name in SIGNED]) + OVERSIGNED


def _signature(letter: Letter, key: DkimKey, *, now: datetime) -> bytes:
    # dkimpy brings a resolver, a sixth of what a process of the hotline takes to start, and few ever sign.
    from tutela.share.notices.dkim_signer import Signer

    signer = Signer(letter.content, signed_at=now)
    signature: bytes = signer.sign(
        key.selector.encode("ascii"),
        letter.sender.host.encode("ascii"),
        key.private_key,
        signature_algorithm=key.algorithm.encode("ascii"),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name.encode("ascii") for name in signed_headers(letter.content)],
    )
    return signature


def _ed25519(selector: str, key: Ed25519PrivateKey) -> DkimKey:
    raw = serialization.Encoding.Raw
    public = key.public_key().public_bytes(raw, serialization.PublicFormat.Raw)
    seed = key.private_bytes(raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
    return DkimKey(
        selector=selector,
        algorithm="ed25519-sha256",
        record=f"v=DKIM1; k=ed25519; p={_base64(public)}",
        private_key=base64.b64encode(seed),
    )


def _rsa(selector: str, key: RSAPrivateKey) -> DkimKey:
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return DkimKey(
        selector=selector,
        algorithm="rsa-sha256",
        record=f"v=DKIM1; k=rsa; p={_base64(public)}",
        private_key=private,
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
