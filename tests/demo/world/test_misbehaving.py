"""What no honest host does: the door gives up on each of them, and says why."""

from __future__ import annotations

import socket

import pytest

from tests.demo.world.worlds import StillWorld, failed, got
from tests.kernel.egress.speaking import fetch, fetcher
from tutela.demo.world.misbehaving import MISBEHAVING
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.reasons import Failure

#: What the door says of each; "longer" is cut at its length, as RFC 9112 section 6.3 has it.
REASONS = {
    "bomb.test": "expands_too_much",
    "redirects.test": "redirects_too_many",
    "circle.test": "redirects_too_many",
}


@pytest.mark.parametrize("host", ["bomb.test", "redirects.test", "circle.test"])
def test_the_door_names_what_it_met(world: StillWorld, host: str) -> None:
    assert failed(world, world.url_of(host)) == REASONS[host]


@pytest.mark.parametrize(
    "host", ["shorter.test", "two-lengths.test", "no-http.test", "tls-garbage.test", "large-head.test"]
)
def test_nonsense_brings_a_failure(world: StillWorld, host: str) -> None:
    assert failed(world, world.url_of(host))


def test_garbage_for_tls_brings_a_failure(world: StillWorld) -> None:
    assert failed(world, world.url_of("tls-garbage.test").replace("http:", "https:"))


def test_what_is_longer_than_promised_is_cut(world: StillWorld) -> None:
    assert got(world, world.url_of("longer.test")) == (200, b"this")


@pytest.mark.parametrize("host", ["endless.test", "slow-loris.test", "silent-server.test"])
def test_those_that_never_end_are_ended_by_a_limit(world: StillWorld, host: str) -> None:
    door = fetcher(
        world.port,
        policy=AddressPolicy(exceptions=networks(["127.77.0.0/24"])),
        resolver=world.names,
        total_seconds=0.6,
        read_seconds=0.6,
        body_bytes_max=1 << 20,
    )
    answer, _ = fetch(door, world.url_of(host))
    assert isinstance(answer, Failure)


def test_redirects_end_after_fifty(world: StillWorld) -> None:
    assert got(world, world.url_of("redirects.test", "/50")) == (200, b"arrived")


def test_each_is_in_the_journal_and_leaves_the_others_alone(world: StillWorld) -> None:
    failed(world, world.url_of("shorter.test"))
    assert [served.host for served in world.journal.all()] == ["shorter.test"]
    assert got(world, world.url(world.items[0]))[0] == 200
    assert len(MISBEHAVING) == 12


def test_somebody_who_leaves_at_once_disturbs_nobody(world: StillWorld) -> None:
    for name in ("endless.test", "obedient.test"):
        socket.create_connection((world.names.addresses(name)[0], world.port)).close()
    assert got(world, world.url(world.items[0]))[0] == 200
