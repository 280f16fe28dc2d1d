"""The product's own look-up finds in this registry whom it is to find, and is as careful as it promises."""

from __future__ import annotations

import ipaddress

import pytest

from tests.demo.world.worlds import StillWorld, door
from tutela.demo.world.cast import CAST
from tutela.demo.world.rdap_objects import REGISTRAR, UPSTREAM
from tutela.demo.world.registry import ALL_IN_ONE
from tutela.share.notices.asking import Asker
from tutela.share.notices.bootstrap import parse_bootstrap
from tutela.share.notices.fetched import FetchedRegistries
from tutela.share.notices.finding import Found, find_recipients
from tutela.share.notices.places import Place, site_of


def looked_up(world: StillWorld, host: str, *, rounds: int = 8) -> Found:
    """The ladder of a host, asked for again for as long as the answer says that this helps."""
    registries = FetchedRegistries(door(world))
    told = registries.get(world.bootstrap_url + ALL_IN_ONE, "application/json").untrusted_body.decode()
    asker = Asker(registries, parse_bootstrap(told, encrypted_only=False), clock=world.still)
    address = ipaddress.ip_address(world.names.addresses(host)[0])
    place = Place(host=host, site=site_of(host), address=address)
    for _ in range(rounds):
        found = find_recipients(place, asker, clock=world.still, own_country="XX")
        if found.retry_after_seconds is None:
            break
        world.still.advance(found.retry_after_seconds + 1)
    return found


@pytest.mark.parametrize("host", [role.host for role in CAST if role.host != "unlisted.test"])
def test_the_hoster_is_whom_the_registry_names(world: StillWorld, host: str) -> None:
    found = looked_up(world, host)
    place = world.hosts[host].place
    (hoster,) = found.on("hoster")
    assert (hoster.address, found.country) == (place.abuse, place.country)
    assert [one.address for one in found.on("upstream")] == [UPSTREAM]
    assert [one.address for one in found.on("registrar")] == [REGISTRAR]
    assert hoster.person == ("always" if host == "own-contact.test" else "first_contact")


def test_where_the_registry_is_down_nobody_is_named_and_it_is_asked_again(world: StillWorld) -> None:
    found = looked_up(world, "unlisted.test", rounds=3)
    assert found.on("hoster") == ()
    assert {trouble.reason for trouble in found.troubles} == {"later"}
    assert found.retry_after_seconds
