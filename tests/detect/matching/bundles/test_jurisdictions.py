"""Jurisdictions are countries."""

from __future__ import annotations

import pytest

from tutela.detect.matching.bundles.jurisdictions import CODES, check_jurisdiction
from tutela.kernel.help import countries


def test_every_country_of_the_directory_is_a_jurisdiction() -> None:
    assert len(CODES) == 249
    assert {code for code, _ in countries("en")} <= CODES
    assert check_jurisdiction("PT") == "PT"


@pytest.mark.parametrize("code", ["XX", "pt", "EU", "", "PT ", "UK"])
def test_nobody_makes_a_jurisdiction_up(code: str) -> None:
    with pytest.raises(ValueError, match="country"):
        check_jurisdiction(code)
