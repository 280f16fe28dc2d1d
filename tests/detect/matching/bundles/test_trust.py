"""Whom a device trusts."""

from __future__ import annotations

import json

import pytest

from tests.detect.matching.bundles.making import TRUST
from tutela.detect.matching.bundles.fields import canonical
from tutela.detect.matching.bundles.trust import parse_trust, render_trust


def test_trust_comes_back_as_it_was() -> None:
    assert parse_trust(render_trust(TRUST.at_least(7))) == TRUST.at_least(7)


def test_the_number_only_rises() -> None:
    assert TRUST.at_least(7).at_least(3).number_min == 7


@pytest.mark.parametrize("name", ["publishers", "approvers", "number_min"])
def test_what_is_no_trust_is_refused(name: str) -> None:
    whole = json.loads(render_trust(TRUST))
    for wrong in ({**whole, name: "x"}, {**whole, "new": 1}, {**whole, "approvers": [{}]}):
        with pytest.raises(ValueError, match=r"\w"):
            parse_trust(canonical(wrong))
