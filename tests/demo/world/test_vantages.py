"""Vantage points ask from addresses of their own, and nobody but the world."""

from __future__ import annotations

import socket

import pytest

from tests.demo.world.worlds import StillWorld, door, got, tell
from tests.kernel.egress.speaking import fetch
from tutela.demo.world.vantages import VANTAGES
from tutela.kernel.egress.reasons import Failure


@pytest.mark.parametrize("vantage", list(VANTAGES))
def test_what_goes_through_one_comes_from_its_address(world: StillWorld, vantage: str) -> None:
    item = world.item("obedient.test")
    assert got(world, world.url(item), vantage=vantage)[0] == 200
    assert world.journal.sources(item.name) == {VANTAGES[vantage]}


def test_the_host_that_blocks_one_country_shows_it_to_the_others(world: StillWorld) -> None:
    item = world.item("geo.test")
    tell(world, item)
    world.pass_days(1)
    seen = {vantage: got(world, world.url(item), vantage=vantage)[0] for vantage in VANTAGES}
    assert seen == {"north": 451, "south": 200, "east": 200}


def test_a_name_that_is_not_there_and_a_host_outside_the_world_are_refused(world: StillWorld) -> None:
    for host in ("nowhere.test", "inward.test"):
        answer, _ = fetch(door(world, vantage="south"), world.url_of(host))
        assert isinstance(answer, Failure)


@pytest.mark.parametrize("nonsense", [b"GET / HTTP/1.1\r\n\r\n", b"\x05\x01\x00\x05\x02\x00\x01", b"\x04"])
def test_who_talks_no_socks_gets_nothing(world: StillWorld, nonsense: bytes) -> None:
    with socket.create_connection(world.vantages["south"], timeout=10) as talking:
        talking.sendall(nonsense)
        talking.shutdown(socket.SHUT_WR)
        assert talking.recv(100) in {b"", b"\x05\x00"}
    assert got(world, world.url(world.items[0]), vantage="south")[0] == 200
