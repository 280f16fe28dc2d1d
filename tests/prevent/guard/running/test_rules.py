from __future__ import annotations

import pytest

from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.running.mode import Mode
from tutela.prevent.guard.running.rules import network_policy

HOSTS = Policy(never_intercepted=("bank.example",))


@pytest.mark.parametrize("host", ["bank.example", "www.bank.example", "BANK.example."])
def test_a_host_of_the_list_and_all_below_it_is_left_alone(host: str) -> None:
    assert network_policy(HOSTS, "on").leaves_alone(host)
    assert HOSTS.intercepts(host) is False


@pytest.mark.parametrize("host", ["notbank.example", "example", "bank.example.org", None])
def test_others_are_looked_into(host: str | None) -> None:
    assert not network_policy(HOSTS, "on").leaves_alone(host)


@pytest.mark.parametrize("mode", ["paused", "stopped"])
def test_nothing_is_looked_into_while_it_is_paused_or_stopped(mode: Mode) -> None:
    assert network_policy(Policy(), mode).leaves_alone("anywhere.example")


def test_films_and_pieces_of_streams_follow_the_person() -> None:
    strict = network_policy(Policy(films="blocked", segments="blocked"), "on")
    assert (strict.films, strict.segments) == ("hold", "hold")
    assert (network_policy(Policy(), "on").films, network_policy(Policy(), "on").segments) == (
        "check",
        "pass",
    )
