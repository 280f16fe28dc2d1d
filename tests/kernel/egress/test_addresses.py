"""The address guard against the vectors of the threat model (section 10.1) and the IANA registries."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress import addresses
from tutela.kernel.egress.addresses import AddressPolicy, carried, networks

#: Threat model section 10.1, every row.
REFUSED = [
    "224.0.0.1",
    "239.1.1.1",
    "ff02::1",
    "192.0.0.8",
    "192.0.0.9",
    "192.88.99.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "fec0::1",
    "5f00::1",
    "3fff::1",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "198.18.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
    "100::1",
    "fc00::1",
    "fe80::1",
]
#: First and last address of special blocks in the registries, which section 10.1 does not name.
REFUSED_TOO = [
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.255.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.170",
    "192.0.2.255",
    "192.31.196.1",
    "192.52.193.1",
    "192.168.255.255",
    "192.175.48.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.255",
    "100:0:0:1::1",
    "2001:1::1",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2620:4f:8000::1",
    "3fff:fff:ffff::1",
    "3ffe::1",
    "fd12:3456::1",
    "4000::1",
    "e000::1",
    "64:ff9b::a01:203",
    "64:ff9b::a9fe:a9fe",
    "::ffff:169.254.169.254",
    "fe80::1%eth0",
    "2606:4700::1%eth0",
    "::8.8.8.8",
    "2001:0:808:808::1",
    "2002:808:808::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", [*REFUSED, *REFUSED_TOO])
def test_special_address_is_refused_with_a_reason(address: str) -> None:
    judged = AddressPolicy().judge(address)
    assert not judged.allowed
    assert judged.reason


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_allowed(address: str) -> None:
    judged = AddressPolicy().judge(address)
    assert judged.allowed
    assert judged.reason == ""


@pytest.mark.parametrize(
    "text", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost", "", "1.2.3"]
)
def test_other_spellings_are_no_addresses(text: str) -> None:
    with pytest.raises(ValueError):
        AddressPolicy().judge(text)


def test_carried_address_is_what_would_be_met() -> None:
    assert str(AddressPolicy().judge("::ffff:8.8.8.8").address) == "8.8.8.8"
    assert str(carried(ipaddress.ip_address("64:ff9b::1.2.3.4"))) == "1.2.3.4"
    assert str(carried(ipaddress.ip_address("2606:4700::1"))) == "2606:4700::1"


def test_exception_opens_exactly_what_it_names() -> None:
    policy = AddressPolicy(exceptions=networks(["127.0.0.1/32", "fd00:1::/64"]))
    assert policy.judge("127.0.0.1").allowed
    assert policy.judge("::ffff:127.0.0.1").allowed
    assert policy.judge("fd00:1::5").allowed
    assert not policy.judge("127.0.0.2").allowed
    assert not policy.judge("fd00:2::5").allowed
    assert not policy.judge("::127.0.0.1").allowed


@pytest.mark.parametrize(
    "block",
    [
        "168.63.0.0/16",
        "169.254.0.0/16",
        "169.254.169.254/32",
        "0.0.0.0/0",
        "224.0.0.1/32",
        "fe80::/64",
        "::/0",
        "ff02::/16",
        "2002:7f00::/32",
    ],
)
def test_no_exception_reaches_link_local_or_multicast(block: str) -> None:
    with pytest.raises(ValueError, match="may not reach"):
        AddressPolicy(exceptions=networks([block]))


def test_an_exception_is_a_network() -> None:
    with pytest.raises(ValueError):
        networks(["example.org"])


@given(st.ip_addresses(v=4))
def test_ipv4_is_allowed_exactly_outside_the_table(address: ipaddress.IPv4Address) -> None:
    table = [*addresses.NEVER, *addresses.SPECIAL_IPV4]
    special = any(address in ipaddress.ip_network(block) for block in table if "." in block)
    assert AddressPolicy().judge(address).allowed is not special


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_one_it_carries(address: ipaddress.IPv4Address) -> None:
    inner = AddressPolicy().judge(address)
    for prefix in ("::ffff:", "64:ff9b::"):
        assert AddressPolicy().judge(f"{prefix}{address}").allowed is inner.allowed


@given(st.ip_addresses(v=6))
def test_no_ipv6_outside_global_unicast_is_allowed(address: ipaddress.IPv6Address) -> None:
    if carried(address) == address and address not in addresses.GLOBAL_UNICAST:
        assert not AddressPolicy().judge(address).allowed
