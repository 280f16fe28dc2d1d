from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.hotline.alerts.settings import AlertSettings


def test_nobody_is_told_until_somebody_is_named() -> None:
    assert (AlertSettings().to, AlertSettings().hook) == ((), "")
    assert AlertSettings(to=("Duty@Hotline.Example",)).to == ("Duty@hotline.example",)


@pytest.mark.parametrize("wrong", [{"to": ["nobody"]}, {"queue_hours": 0}, {"other": 1}])
def test_what_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AlertSettings.model_validate(wrong)
