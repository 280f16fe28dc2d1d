from __future__ import annotations

from dataclasses import fields

import pytest

from tutela.commands.guard_device import chosen_policy, minutes, told_policy, told_value
from tutela.kernel.errors import Invalid
from tutela.prevent.guard.person.policy import Policy

NOTHING = {"never": (), "look_into": ()}


def test_nothing_chosen_changes_nothing() -> None:
    assert chosen_policy(Policy(), **NOTHING, films=None) == Policy()


def test_what_is_chosen_takes_the_place_of_what_was() -> None:
    policy = Policy(never_intercepted=("a.example", "b.example"))
    chosen = chosen_policy(policy, never=("C.example",), look_into=("a.example",), delay_hours="72")
    assert (chosen.never_intercepted, chosen.delay_hours) == (("b.example", "c.example"), 72)
    with pytest.raises(Invalid, match="no host"):
        chosen_policy(policy, never=(), look_into=("x",))


def test_values_read_as_words_and_minutes_are_rounded_up() -> None:
    assert [told_value(one) for one in (True, False, (), ("a", "b"), 24)] == [
        "yes",
        "no",
        "none",
        "a, b",
        "24",
    ]
    assert len(list(told_policy(Policy()))) == len(fields(Policy))
    assert [minutes(one) for one in (0, 1, 60, 61)] == [0, 1, 1, 2]
