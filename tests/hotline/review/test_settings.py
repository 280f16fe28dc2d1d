"""Caps may be tightened and not loosened beyond what governance allows; the scheme is one that is shipped."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.hotline.review.settings import ReviewSettings
from tutela.kernel.taxonomy import scheme


@pytest.mark.parametrize(
    "change",
    [
        {"day_hours": 4.5},
        {"stretch_minutes": 61},
        {"break_minutes": 14},
        {"sheet_tiles": 0},
        {"scheme": "A B"},
    ],
    ids=str,
)
def test_no_setting_lets_anybody_see_more_than_governance_allows(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReviewSettings(**change)


def test_caps_can_be_tightened_and_the_scheme_is_known() -> None:
    rules = ReviewSettings(day_hours=2, hour_displays=50).rules()
    assert (rules.day_hours, rules.hour_displays) == (2, 50)
    assert scheme(rules.scheme).values
