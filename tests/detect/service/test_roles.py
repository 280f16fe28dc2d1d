from __future__ import annotations

import pytest

from tutela.detect.service.roles import ASKING_ROLES, ROLES, Caller, CallerLimits, Role
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id


def bearer(*roles: Role) -> Caller:
    return Caller(name="forum", roles=frozenset(roles), purpose="uploads of a forum")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gives_itself_and_perhaps_match(role: Role) -> None:
    caller = bearer(role)
    allowed = {one for one in ROLES if caller.has(one)}
    assert allowed == ({role, "match"} if role in ASKING_ROLES else {role})


def test_require_refuses_and_names_the_role() -> None:
    bearer("detail").require("match")
    with pytest.raises(Refused, match="role curate"):
        bearer("match", "statistics").require("curate")


def test_statistics_alone_may_not_ask() -> None:
    with pytest.raises(Refused):
        bearer("statistics").require("match")


def test_a_caller_has_an_id_for_the_log_that_is_no_part_of_equality() -> None:
    first, second = bearer("match"), bearer("match")
    assert is_id(first.id)
    assert first.id != second.id
    assert first == second


@pytest.mark.parametrize("name", ["queries_per_second", "queries_per_day", "family_queries_per_day"])
def test_limits_above_the_default_are_raised_openly(name: str) -> None:
    higher = {name: 10**7}
    with pytest.raises(ValueError, match="raised openly"):
        CallerLimits(**higher)  # type: ignore[arg-type]  # one number by name
    assert getattr(CallerLimits(raised=True, **higher), name) == 10**7


@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_is_positive(value: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        CallerLimits(queries_per_second=value, raised=True)
