"""The device's certificate authority in mitmproxy's hands, without a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from mitmproxy import certs
from mitmproxy.addons.tlsconfig import TlsConfig

from tutela.kernel.errors import Invalid

#: Options at which mitmproxy would read and write its own folder.
_OF_FILES: Final = frozenset({"certs", "confdir", "key_size", "cert_passphrase"})


def store(untrusted_pem: bytes) -> certs.CertStore:
    """A store that signs with the key and certificate in ``untrusted_pem``. Raises ``Invalid``."""
    try:
        key: Any = serialization.load_pem_private_key(untrusted_pem, None)
        certificate = x509.load_pem_x509_certificate(untrusted_pem)
    except (ValueError, TypeError) as reason:
        raise Invalid("the certificate authority's key and certificate could not be read") from reason
    if key.public_key() != certificate.public_key():
        raise Invalid("the certificate authority's key and certificate do not belong together")
    arguments: list[Any] = [key, certs.Cert(certificate), None]
    if hasattr(certs, "dummy_crl"):  # mitmproxy 12.2 signs an empty list of revocations too
        arguments.append(certs.dummy_crl(key, certificate))
    arguments.append(None)  # no parameters of our own for Diffie-Hellman: every browser has curves
    made: certs.CertStore = certs.CertStore(*arguments)
    return made


class Certificates(TlsConfig):
    """mitmproxy's own part for TLS, with a store that is given instead of one in its folder."""

    def __init__(self, certificates: certs.CertStore) -> None:
        self.certstore = certificates

    def configure(self, updated: Iterable[str]) -> None:
        """Takes every option but those of files."""
        super().configure(set(updated) - _OF_FILES)  # type: ignore[no-untyped-call]  # mitmproxy types no methods of its addons

    def running(self) -> None:
        """mitmproxy would read its folder here once more."""

    def crl_path(self) -> str:
        """Where certificates say that revocations are; mitmproxy's own path has its name in it."""
        return f"/{self.certstore.default_ca.serial}.crl"
