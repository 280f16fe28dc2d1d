"""Where everything stands: the address of each host, and of what is no host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tutela.demo.world.cast import PROXY_ADDRESS, PROXY_HOST, build_sites
from tutela.demo.world.crowd import crowd_address
from tutela.demo.world.misbehaving import MISBEHAVING, Behaviour
from tutela.demo.world.post import PARTNER, POLICE
from tutela.demo.world.rdap_objects import REGISTRAR, UPSTREAM
from tutela.demo.world.registry import REGISTRY_HOST
from tutela.demo.world.sites import Place
from tutela.demo.world.zones import MAIL_HOST

#: Addresses of the registry, the mail server and the name server.
REGISTRY_ADDRESS, MAIL_ADDRESS, NAMES_ADDRESS = "127.77.0.2", "127.77.0.3", "127.77.0.4"
#: Last byte of the first misbehaving server's address.
MISBEHAVING_FIRST = 40


def listening_addresses(crowd: Sequence[str]) -> list[str]:
    """The addresses at which HTTP is spoken."""
    cast = {site.place.address for site in build_sites(0, 0)}
    return [
        REGISTRY_ADDRESS,
        *sorted(cast | {f"127.77.0.{PROXY_ADDRESS}"}),
        *misbehaving_servers(),
        *(crowd_address(number) for number in range(len(crowd))),
    ]


def misbehaving_servers() -> Mapping[str, tuple[str, Behaviour]]:
    """Address -> (name, what stands there)."""
    return {
        f"127.77.0.{MISBEHAVING_FIRST + number}": named for number, named in enumerate(MISBEHAVING.items())
    }


def named_addresses(places: Sequence[Place], crowd: Sequence[str]) -> Mapping[str, str]:
    """The address of each name; mailboxes' names lead to the mail server."""
    desks = [one for place in places for one in (place.hoster, place.abuse)]
    boxes = (*desks, UPSTREAM, REGISTRAR, PARTNER, POLICE)
    return {
        **dict.fromkeys((box.partition("@")[2] for box in boxes), MAIL_ADDRESS),
        **{place.host: place.address for place in places},
        **{name: address for address, (name, _) in misbehaving_servers().items()},
        **{name: crowd_address(number) for number, name in enumerate(crowd)},
        REGISTRY_HOST: REGISTRY_ADDRESS,
        PROXY_HOST: f"127.77.0.{PROXY_ADDRESS}",
        MAIL_HOST: MAIL_ADDRESS,
    }
