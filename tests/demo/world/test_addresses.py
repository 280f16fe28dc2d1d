"""Everything has an address of its own, and every name leads to where it stands."""

from __future__ import annotations

import ipaddress

from tutela.demo.host import NETWORK
from tutela.demo.world.addresses import (
    MAIL_ADDRESS,
    NAMES_ADDRESS,
    listening_addresses,
    misbehaving_servers,
    named_addresses,
)
from tutela.demo.world.cast import build_sites
from tutela.demo.world.crowd import HOSTS_MAX, crowd_names


def test_addresses_are_unique_and_in_the_network_of_the_demonstration() -> None:
    addresses = [*listening_addresses(crowd_names(HOSTS_MAX)), MAIL_ADDRESS, NAMES_ADDRESS]
    assert len(set(addresses)) == len(addresses)
    assert all(ipaddress.ip_address(address) in ipaddress.ip_network(NETWORK) for address in addresses)


def test_every_name_leads_to_where_it_stands() -> None:
    places = [site.place for site in build_sites(0, 8080)]
    named = named_addresses(places, crowd_names(3))
    assert set(named.values()) - {MAIL_ADDRESS} <= set(listening_addresses(crowd_names(3)))
    assert {named[name] for name, _ in misbehaving_servers().values()} == set(misbehaving_servers())
    assert named["obedient-hosting.test"] == named["mail.test"] == MAIL_ADDRESS
    assert named["police.test"] == named["partner-hotline.test"] == named["registrar.test"] == MAIL_ADDRESS
    assert named["behind-proxy.test"] == named["proxy.test"]
