"""The bounds at the desk are those of the settings."""

from __future__ import annotations

from tutela.hotline.cases.page_rules import page_rules_in_force
from tutela.hotline.cases.settings import PageSettings


def test_the_bounds_in_force_are_those_of_the_settings() -> None:
    assert page_rules_in_force() == PageSettings().rules()
