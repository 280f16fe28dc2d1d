from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from tutela.prevent.guard.proxy.policy import WAY_SECONDS, Policy, left_alone
from tutela.prevent.guard.shapes import HOLD_SECONDS

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


def test_films_and_pieces_are_held_unless_somebody_chose_otherwise() -> None:
    assert not Policy().films_checked
    assert not Policy().segments_pass
    assert Policy(films="check").films_checked
    assert Policy(segments="pass").segments_pass


def test_there_is_no_way_to_pass_films_unseen() -> None:
    assert set(get_args(get_type_hints(Policy)["films"])) == {"hold", "check"}


def test_a_ruling_leaves_time_for_the_way_that_a_picture_takes() -> None:
    assert 0 < WAY_SECONDS < HOLD_SECONDS - Policy().hold_seconds + 0.001
