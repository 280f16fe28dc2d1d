"""The rules in force are those of the settings."""

from __future__ import annotations

from tutela.hotline.review.rules import rules_in_force
from tutela.hotline.review.settings import ReviewSettings


def test_the_rules_in_force_are_those_of_the_settings() -> None:
    assert rules_in_force() == ReviewSettings().rules()
