from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevent.guard.person.making import policies
from tutela.prevent.guard.person.policy import (
    HOSTS_MAX,
    Policy,
    checked_hosts,
    parse_policy,
    render_policy,
)


@given(policies())
def test_a_policy_comes_back_from_its_text_as_it_was(policy: Policy) -> None:
    assert parse_policy(render_policy(policy)) == policy


@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_refused(text: str) -> None:
    try:
        policy = parse_policy(text)
    except ValueError:
        return
    assert render_policy(policy) == text


@given(policies(), st.data())
def test_no_changed_text_is_read_as_the_same_policy(policy: Policy, data: st.DataObject) -> None:
    text = render_policy(policy)
    place = data.draw(st.integers(0, len(text) - 1))
    other = text[:place] + data.draw(st.characters(codec="ascii")) + text[place + 1 :]
    try:
        assert (parse_policy(other) == policy) == (other == text)
    except ValueError:
        assert other != text


def test_what_is_harmful_to_forget_is_off_or_on_by_itself() -> None:
    policy = Policy()
    assert policy.known_lists and not policy.adult and not policy.classifier
    assert policy.delay_hours == 24 and policy.never_intercepted == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("adult", 1),
        ("screen", 0),
        ("known_lists", "true"),
        ("delay_hours", 2),
        ("delay_hours", True),
        ("delay_hours", 1.0),
        ("films", "passed"),
        ("sign", "none"),
        ("never_intercepted", "bank.example"),
        ("never_intercepted", ["b.test", "a.test"]),
        ("never_intercepted", ["com"]),
        ("never_intercepted", [1]),
        ("format", 2),
        ("format", True),
        ("more", 1),
    ],
)
def test_another_value_is_refused(name: str, value: Any) -> None:
    row = json.loads(render_policy(Policy())) | {name: value}
    with pytest.raises(ValueError):
        parse_policy(json.dumps(row, indent=2, sort_keys=True) + "\n")


def test_a_missing_name_a_double_one_and_another_layout_are_refused() -> None:
    text = render_policy(Policy())
    for other in (
        text.replace('  "adult": false,\n', ""),
        text.replace('  "adult": false,\n', '  "adult": false,\n' * 2),
        text + " ",
        json.dumps(json.loads(text)),
        "[]",
    ):
        with pytest.raises(ValueError):
            parse_policy(other)


def test_hosts_have_one_form() -> None:
    assert checked_hosts(["Bank.Example.", "a.test", "a.test"]) == ("a.test", "bank.example")


@pytest.mark.parametrize(
    "host", ["com", "", "a..test", "-a.test", "*.test", "a.test/x", "ä.test", "a" * 250 + ".test"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="never_intercepted"):
        checked_hosts([host])


def test_there_is_an_end_to_the_list_of_hosts() -> None:
    hosts = [f"h{number}.test" for number in range(HOSTS_MAX)]
    assert len(checked_hosts(hosts)) == HOSTS_MAX
    with pytest.raises(ValueError, match="at most"):
        checked_hosts([*hosts, "more.test"])


def test_a_host_covers_what_is_below_it_and_nothing_beside_it() -> None:
    policy = Policy(never_intercepted=("bank.example",))
    assert not policy.intercepts("bank.example") and not policy.intercepts("WWW.Bank.Example.")
    assert policy.intercepts("notbank.example") and policy.intercepts("bank.example.test")
