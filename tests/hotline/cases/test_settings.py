"""The bounds of a page, as the operator may set them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.hotline.cases.page_plan import PageRules
from tutela.hotline.cases.settings import PageSettings


def test_nothing_set_is_the_rules_as_they_are() -> None:
    assert PageSettings().rules() == PageRules()
    assert PageSettings(media_max=7).rules().media_max == 7


@pytest.mark.parametrize(
    "wrong", [{"media_max": 0}, {"media_max": 3_001}, {"linked_max": -1}, {"more": 1}], ids=str
)
def test_a_bound_has_a_range(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        PageSettings(**wrong)
