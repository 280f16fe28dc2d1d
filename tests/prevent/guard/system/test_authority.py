from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.system.authority import (
    RENEW_BEFORE,
    VALID,
    browser_pin,
    new_authority,
    read_authority,
)

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def test_it_vouches_for_servers_only_and_for_no_other_authority() -> None:
    made = new_authority("Quiet Pages Local", FixedClock(NOW))
    certificate = made.certificate
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert basic.critical and basic.value == x509.BasicConstraints(ca=True, path_length=0)
    assert usage.critical and usage.value.key_cert_sign and not usage.value.digital_signature
    assert (
        certificate.subject.rfc4514_string() == "CN=Quiet Pages Local" == certificate.issuer.rfc4514_string()
    )
    assert certificate.not_valid_after_utc == NOW + VALID and certificate.not_valid_before_utc < NOW
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert b"tutela" not in made.bundle_pem.lower()


def test_each_device_has_its_own() -> None:
    one, other = (new_authority("Quiet Pages Local", FixedClock(NOW)) for _ in range(2))
    assert one.certificate.public_key() != other.certificate.public_key()
    assert one.certificate.serial_number != other.certificate.serial_number
    assert browser_pin(one) != browser_pin(other) and len(browser_pin(one)) == 44


def test_it_comes_back_from_its_bundle() -> None:
    made = new_authority("Quiet Pages Local", FixedClock(NOW))
    assert read_authority(made.bundle_pem) == made
    assert b"PRIVATE" in made.bundle_pem and b"PRIVATE" not in made.certificate_pem


def test_a_damaged_bundle_or_one_of_two_pairs_is_told() -> None:
    one, other = (new_authority("Quiet Pages Local", FixedClock(NOW)) for _ in range(2))
    mixed = one.bundle_pem.replace(one.certificate_pem, b"") + other.certificate_pem
    for damaged in (b"", one.certificate_pem, one.bundle_pem[:200], mixed):
        with pytest.raises(Unavailable, match="set it up again"):
            read_authority(damaged)


def test_a_new_one_is_due_before_the_old_one_ends() -> None:
    made, clock = new_authority("Quiet Pages Local", FixedClock(NOW)), FixedClock(NOW)
    assert not made.due(clock)
    clock.advance((VALID - RENEW_BEFORE - timedelta(seconds=1)).total_seconds())
    assert not made.due(clock)
    clock.advance(1)
    assert made.due(clock)


@pytest.mark.needs("openssl")
def test_another_program_accepts_what_it_signs(tmp_path: Path) -> None:
    made = new_authority("Quiet Pages Local", SystemClock())
    key = load_pem_private_key(made.bundle_pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    now = SystemClock().now()
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a.test")]))
        .issuer_name(made.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("a.test")]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    (tmp_path / "ca.pem").write_bytes(made.certificate_pem)
    (tmp_path / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    asked = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", "leaf.pem"]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
