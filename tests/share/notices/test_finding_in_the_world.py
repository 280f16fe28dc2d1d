"""The benign internet's registry, asked about each of its hosts: the truth about each is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from tutela.demo.world.answers import Request
from tutela.demo.world.cast import REGISTRY_BUSY, REGISTRY_DOWN, build_sites
from tutela.demo.world.registry import ALL_IN_ONE, BOOTSTRAP, REGISTRY_HOST, Registry
from tutela.demo.world.sites import Place as Planted
from tutela.kernel.clock import FixedClock
from tutela.share.notices.asking import Asker
from tutela.share.notices.bootstrap import parse_bootstrap
from tutela.share.notices.finding import Found, find_recipients
from tutela.share.notices.places import read_place
from tutela.share.notices.proxies import Proxy
from tutela.share.notices.registries import ACCEPT_RDAP, Answer

BASE = f"http://{REGISTRY_HOST}:8080"
START = datetime(2026, 6, 1, tzinfo=UTC)
PLACES: Mapping[str, Planted] = {site.name: site.place for site in build_sites(0, 8080)}
LOOKED_UP = sorted(PLACES.keys() - REGISTRY_DOWN)


class WorldRegistries:
    """The registry of the world, asked without a wire."""

    def __init__(self) -> None:
        self.registry = Registry(list(PLACES.values()), down=REGISTRY_DOWN, busy=REGISTRY_BUSY)

    def get(self, url: str, accept: str) -> Answer:
        headers = {"host": f"{REGISTRY_HOST}:8080", "accept": accept}
        request = Request(
            method="GET", path=url.removeprefix(BASE), host=REGISTRY_HOST, source="127.0.0.1", headers=headers
        )
        told = self.registry.answer(request, START)
        retry = dict(told.headers).get("Retry-After")
        return Answer(
            status=told.status,
            untrusted_body=told.body,
            untrusted_final_url=url,
            retry_after_seconds=float(retry) if retry else None,
        )


PROXY = Proxy(name="proxy", network_numbers=frozenset({PLACES["behind-proxy.test"].network}), headers={})


def found(host: str) -> Found:
    registries, clock = WorldRegistries(), FixedClock(START)
    text = registries.get(f"{BASE}{BOOTSTRAP}{ALL_IN_ONE}", ACCEPT_RDAP).untrusted_body.decode()
    asker = Asker(registries, parse_bootstrap(text, encrypted_only=False), clock=clock)
    planted = PLACES[host]
    place = read_place(f"http://{host}:8080/a.jpg", address=planted.address, network_number=planted.network)
    for _ in range(20):
        last = find_recipients(place, asker, clock=clock, proxies=[PROXY])
        if last.retry_after_seconds is None:
            break
        clock.advance(last.retry_after_seconds)
    return last


@pytest.mark.parametrize("host", LOOKED_UP)
def test_the_desk_that_the_registry_names_is_found(host: str) -> None:
    ladder = found(host)
    assert ladder.is_complete
    assert [one.address for one in ladder.on("hoster")] == [PLACES[host].abuse]
    assert ladder.country == PLACES[host].country
    assert [one.address for one in ladder.on("upstream")] == ["abuse@transit.test"]
    assert [one.address for one in ladder.on("registrar")] == ["abuse@registrar.test"]
    assert all(one.first_contact_needs_person for one in ladder.candidates)


def test_an_owner_who_is_named_as_the_hosters_desk_could_be_the_offender() -> None:
    marked = {
        host for host in LOOKED_UP if any(one.could_be_the_offender for one in found(host).on("hoster"))
    }
    assert marked == {"own-contact.test"}


def test_the_proxy_is_asked_for_the_host_behind_it() -> None:
    proxied = {host for host in LOOKED_UP if any(one.proxy_service for one in found(host).on("hoster"))}
    assert proxied == {"behind-proxy.test"}


@pytest.mark.parametrize("host", sorted(REGISTRY_DOWN))
def test_a_registry_that_is_down_is_asked_again_and_leaves_what_is_guessed(host: str) -> None:
    ladder = found(host)
    assert not ladder.is_complete
    assert [(one.address, one.person) for one in ladder.on("site_owner")] == [(f"abuse@{host}", "always")]
    assert ladder.on("hoster") == ()


def test_the_worlds_files_are_read_as_ianas_are() -> None:
    text = WorldRegistries().get(f"{BASE}{BOOTSTRAP}{ALL_IN_ONE}", ACCEPT_RDAP).untrusted_body
    assert parse_bootstrap(text.decode()).hosts == frozenset()
    assert parse_bootstrap(text.decode(), encrypted_only=False).hosts == {REGISTRY_HOST}
    assert set(json.loads(text)) == {"dns", "ipv4", "ipv6", "asn"}
