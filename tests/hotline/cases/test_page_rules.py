"""The bounds at the desk are those of the settings."""

from __future__ import annotations

from typing import Any

from tutela.hotline.cases.page_plan import PageRules
from tutela.hotline.cases.page_rules import page_rules_in_force
from tutela.hotline.cases.settings import PageSettings


def test_the_bounds_in_force_are_those_of_the_settings(settings: Any) -> None:
    assert page_rules_in_force() == PageSettings().rules()
    settings.TUTELA_PAGES = PageRules(group_max=7)
    assert page_rules_in_force().group_max == 7
