from __future__ import annotations

import pytest

from tutela.prevent.guard.proxy.policy import Policy, left_alone

NAMES = frozenset({"bank.example", "*.clinic.example", "Mixed.Example."})


@pytest.mark.parametrize(
    "host", ["bank.example", "BANK.example.", "a.clinic.example", "a.b.clinic.example", "mixed.example"]
)
def test_named_hosts_are_left_alone(host: str) -> None:
    assert left_alone(host, NAMES)


@pytest.mark.parametrize(
    "host",
    ["www.bank.example", "clinic.example", "notclinic.example", "bank.example.test", "example", "", None],
)
def test_others_are_not(host: str | None) -> None:
    assert not left_alone(host, NAMES)


def test_films_are_held_unless_somebody_chose_otherwise() -> None:
    assert not Policy().films_pass
    assert Policy(films="pass").films_pass
