from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given

from tests.prevent.guard.person.making import policies
from tutela.prevent.guard.person.loosening import NEUTRAL, Direction, at_once, changes, looser
from tutela.prevent.guard.person.policy import Policy


@pytest.mark.parametrize(
    ("field", "loose", "tight"),
    [
        ("known_lists", False, True),
        ("classifier", False, True),
        ("adult", False, True),
        ("screen", False, True),
        ("films", "checked", "blocked"),
        ("segments", "passed", "blocked"),
        ("delay_hours", 1, 24),
        ("delay_hours", 0, 72),
        ("never_intercepted", ("a.test", "b.test"), ("a.test",)),
    ],
)
def test_each_field_loosens_one_way_and_tightens_the_other(field: str, loose: Any, tight: Any) -> None:
    one, other = replace(Policy(), **{field: loose}), replace(Policy(), **{field: tight})
    assert [change.direction for change in changes(one, other)] == ["tightens"] and not looser(one, other)
    assert [change.direction for change in changes(other, one)] == ["loosens"] and looser(other, one)


def test_every_field_has_an_order_or_is_named_as_having_none() -> None:
    values: dict[str, Any] = {
        "known_lists": False, "classifier": True, "adult": True, "screen": True,
        "films": "blocked", "segments": "blocked",
        "never_intercepted": ("a.test",), "sign": "page", "keep_nothing": True, "delay_hours": 0,
        "after_block": "helpline",
    }  # fmt: skip
    assert set(values) == {field.name for field in fields(Policy)}
    found: dict[str, Direction] = {}
    for field, value in values.items():
        (change,) = changes(Policy(), replace(Policy(), **{field: value}))
        found[field] = change.direction
    assert {field for field, direction in found.items() if direction == "neither"} == NEUTRAL


def test_hosts_are_split_into_those_added_and_those_taken_off() -> None:
    before, after = (
        Policy(never_intercepted=hosts) for hosts in (("a.test", "b.test"), ("b.test", "c.test"))
    )
    assert [(one.direction, one.before, one.after) for one in changes(before, after)] == [
        ("tightens", ("a.test", "b.test"), ("b.test",)),
        ("loosens", ("b.test",), ("b.test", "c.test")),
    ]
    assert at_once(before, after).never_intercepted == ("b.test",)


@given(policies())
def test_nothing_changes_where_nothing_changes(policy: Policy) -> None:
    assert changes(policy, policy) == () and not looser(policy, policy) and at_once(policy, policy) == policy


@given(policies(), policies())
def test_what_holds_at_once_never_loosens_and_what_is_left_only_loosens(
    before: Policy, after: Policy
) -> None:
    held = at_once(before, after)
    assert not looser(before, held)
    assert {change.direction for change in changes(held, after)} <= {"loosens"}
    assert (held == after) == (not looser(before, after))


@given(policies(), policies())
def test_the_way_back_of_every_change_goes_the_other_way(one: Policy, other: Policy) -> None:
    turned = {"tightens": "loosens", "loosens": "tightens", "neither": "neither"}
    there = sorted((change.field, turned[change.direction]) for change in changes(one, other))
    assert there == sorted((change.field, change.direction) for change in changes(other, one))


@given(policies(), policies(), policies())
def test_two_steps_that_do_not_loosen_do_not_loosen_together(one: Policy, two: Policy, three: Policy) -> None:
    second = at_once(one, two)
    assert not looser(one, at_once(second, three))
