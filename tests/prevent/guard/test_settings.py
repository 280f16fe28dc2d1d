"""What the guard runs beside its lists is nothing, until somebody names it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.prevent.guard.settings import GuardSettings


def test_no_classifier_runs_by_default() -> None:
    assert GuardSettings().classifiers == ()
    assert GuardSettings(classifiers=("stand-in",)).classifiers == ("stand-in",)


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError):
        GuardSettings(classifier="stand-in")  # type: ignore[call-arg]  # what somebody may get wrong
