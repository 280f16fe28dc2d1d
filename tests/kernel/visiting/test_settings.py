from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.kernel.visiting.browsers import VisitRules
from tutela.kernel.visiting.settings import VisitSettings


def test_nothing_is_visited_unless_somebody_says_so() -> None:
    assert VisitSettings().enabled is False


def test_the_settings_are_the_rules() -> None:
    assert VisitSettings().rules() == VisitRules()
    assert VisitSettings(minutes=3, steps_max=7).rules() == VisitRules(minutes=3, steps_max=7)


@pytest.mark.parametrize("name", ["steps_max", "minutes", "step_seconds", "received_mib", "at_once"])
def test_no_bound_is_nothing_or_endless(name: str) -> None:
    for value in (0, 10**9):
        with pytest.raises(ValidationError):
            VisitSettings.model_validate({name: value})
