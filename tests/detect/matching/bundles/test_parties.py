"""Organisations, and how many of them a device list needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.detect.matching.bundles.making import NORTH, PUBLISHER, SOUTH, STRANGER, House
from tutela.detect.matching.bundles.parties import Party, check_quorum, check_text
from tutela.kernel.errors import Refused

SAME_COUNTRY = House(organisation="Third Hotline", jurisdiction="DE")


@pytest.mark.parametrize(
    "wrong",
    [
        {"organisation": ""},
        {"organisation": "two\nlines"},
        {"organisation": " blank before"},
        {"organisation": "x" * 201},
        {"jurisdiction": "XX"},
        {"key": bytes(31)},
        {"key": bytes(32)},  # a point of small order: anybody's signature fits
    ],
)
def test_a_party_has_a_name_a_country_and_a_key(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"organisation|jurisdiction|key"):
        replace(NORTH.party, **wrong)


def test_a_text_is_one_printable_line() -> None:
    assert check_text("x" * 200, "a law") == "x" * 200
    with pytest.raises(ValueError, match="a law is one line"):
        check_text("right to left \u202e", "a law")


def test_two_organisations_of_two_countries_are_enough() -> None:
    check_quorum([NORTH.party, SOUTH.party], PUBLISHER.party)
    check_quorum([NORTH.party, SAME_COUNTRY.party, SOUTH.party, STRANGER.party], PUBLISHER.party)


@pytest.mark.parametrize(
    ("approving", "reason"),
    [
        ([], "2 organisations"),
        ([NORTH.party], "2 organisations"),
        ([NORTH.party, SAME_COUNTRY.party], "2 jurisdictions"),
        ([NORTH.party, SOUTH.party, PUBLISHER.party], "publisher"),
        ([NORTH.party, replace(PUBLISHER.party, key=SOUTH.party.key)], "publisher"),
        ([NORTH.party, replace(SOUTH.party, key=PUBLISHER.party.key)], "publisher"),
        ([NORTH.party, replace(SOUTH.party, organisation="NORTH hotline")], "once"),
        ([NORTH.party, replace(SOUTH.party, key=NORTH.party.key)], "once"),
    ],
)
def test_fewer_or_the_same_twice_are_refused(approving: list[Party], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        check_quorum(approving, PUBLISHER.party)
