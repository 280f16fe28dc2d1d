from __future__ import annotations

import pytest

from tests.prevent.guard.proxy.origin import Authority, authority
from tutela.kernel.errors import Invalid
from tutela.prevent.guard.proxy.authority import Certificates, store


def test_the_store_signs_with_what_was_given(device_authority: Authority) -> None:
    signed = store(device_authority.pem).get_cert("site.test", [], None).cert
    assert signed.issuer == [("CN", "device")]


def test_it_says_nothing_of_its_maker(device_authority: Authority) -> None:
    assert "mitm" not in Certificates(store(device_authority.pem)).crl_path()


def test_no_option_makes_it_read_or_write_a_folder(device_authority: Authority) -> None:
    given = store(device_authority.pem)
    certificates = Certificates(given)
    certificates.configure(["confdir", "certs", "key_size", "cert_passphrase"])
    certificates.running()
    assert certificates.certstore is given


def test_a_key_that_is_not_the_certificates_is_refused(
    device_authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = authority(tmp_path_factory.mktemp("other"), "other").pem
    key, _, certificate = device_authority.pem.partition(b"-----BEGIN CERTIFICATE-----")
    foreign = b"-----BEGIN CERTIFICATE-----" + other.partition(b"-----BEGIN CERTIFICATE-----")[2]
    for pem in (key + foreign, key, b"-----BEGIN CERTIFICATE-----" + certificate, b""):
        with pytest.raises(Invalid):
            store(pem)
