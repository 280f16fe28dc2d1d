"""Whether somebody stands in front of a host."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tutela.share.notices.places import Place, read_place
from tutela.share.notices.proxies import Proxy, ProxySeen, proxy_of, shipped_proxies


def place(headers: Mapping[str, str] | None = None, number: int | None = None) -> Place:
    return read_place("https://a.test/", network_number=number, untrusted_headers=headers)


def test_a_network_proves_a_proxy_and_a_header_only_claims_one() -> None:
    assert proxy_of(place(number=13335)) == ProxySeen(name="Cloudflare", proven=True)
    assert proxy_of(place(), numbers=frozenset({54113})) == ProxySeen(name="Fastly", proven=True)
    assert proxy_of(place(), network_name="CLOUDFLARENET") == ProxySeen(name="Cloudflare", proven=True)
    assert proxy_of(place({"cf-ray": "8f0-AMS"})) == ProxySeen(name="Cloudflare", proven=False)
    assert proxy_of(place({"server": "DDoS-Guard"})) == ProxySeen(name="DDoS-Guard", proven=False)


def test_what_is_proven_goes_before_what_is_claimed() -> None:
    assert proxy_of(place({"cf-ray": "1"}, number=19551)) == ProxySeen(name="Imperva", proven=True)


def test_a_demonstration_brings_its_own() -> None:
    own = Proxy(name="net-proxy", network_numbers=frozenset({64712}), headers={})
    assert proxy_of(place(number=64712), proxies=[own]) == ProxySeen(name="net-proxy", proven=True)
    assert proxy_of(place(number=13335), proxies=[own]) is None
    assert own not in shipped_proxies()


@pytest.mark.parametrize("headers", [{}, {"server": "nginx"}, {"x-served-by": "web-1"}])
def test_an_ordinary_host_has_none(headers: Mapping[str, str]) -> None:
    assert proxy_of(place(headers), network_name="EXAMPLE-NET", numbers=frozenset({64500})) is None
