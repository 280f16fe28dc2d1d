from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevent.guard.person.making import policies
from tutela.kernel.errors import Invalid
from tutela.prevent.guard.page.forms import fields_of, hosts_of, policy_of
from tutela.prevent.guard.person.policy import HOSTS_MAX, Policy


@given(policies())
def test_a_policy_comes_back_from_its_form(policy: Policy) -> None:
    assert policy_of(dict(fields_of(policy))) == policy


def test_a_switch_that_is_off_is_not_in_a_form() -> None:
    names = [name for name, _ in fields_of(Policy())]
    assert "known_lists" in names and "classifier" not in names and "adult" not in names


@given(
    st.dictionaries(
        st.sampled_from(sorted(Policy.__dataclass_fields__)),
        st.text(max_size=10) | st.sampled_from(["24", "on", "checked", "passed", "message", "nothing"]),
    )
)
def test_any_form_is_a_policy_or_refused(fields: dict[str, str]) -> None:
    try:
        assert isinstance(policy_of(fields), Policy)
    except Invalid:
        return


def test_hosts_stand_one_on_each_line() -> None:
    assert hosts_of(" Doctor.example \r\n\n bank.example.\nbank.example") == (
        "bank.example",
        "doctor.example",
    )
    with pytest.raises(Invalid) as refused:
        hosts_of("bank.example\nhttps://bank.example/")
    assert (refused.value.field, refused.value.message) == ("host", "https://bank.example/")


def test_more_hosts_than_a_list_has_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        hosts_of("\n".join(f"a{number}.example" for number in range(HOSTS_MAX + 1)))
    assert refused.value.field == "many"
