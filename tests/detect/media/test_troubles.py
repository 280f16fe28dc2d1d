"""Codes that cross the process boundary: each has one number and one sentence of our own."""

from __future__ import annotations

import pytest

from tutela.detect.media.troubles import REASONS, DecodeTrouble, code_number, code_of_number, trouble


def test_numbers_are_never_used_twice() -> None:
    numbers = [number for number, _ in REASONS.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 1 << 16 for number in numbers)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_code_survives_the_wire(code: str) -> None:
    assert code_of_number(code_number(code)) == code
    assert trouble("refused", code).reason == REASONS[code][1]


def test_an_unknown_number_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown trouble code"):
        code_of_number(60_000)


def test_a_trouble_carries_its_kind_and_code() -> None:
    found = DecodeTrouble("refused", "pixels")
    assert (found.kind, found.code, found.facts) == ("refused", "pixels", None)
