from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.pilot.spelling import SIGNS, VALUE_BITS, new_value, read, spell

VALUES = st.integers(0, (1 << VALUE_BITS) - 1)


@given(VALUES)
def test_a_value_is_read_as_it_was_spelled_however_it_is_typed(value: int) -> None:
    told = spell(value)
    assert read(told) == value and len(told.replace("-", "")) == 20
    assert read(told.lower().replace("-", " ")) == value
    assert read(told.replace("0", "o").replace("1", "l")) == value


def test_there_are_at_least_eighty_random_bits() -> None:
    assert VALUE_BITS >= 80
    assert new_value(lambda count: (1 << count) - 1) == (1 << VALUE_BITS) - 1
    assert len({new_value() for _ in range(100)}) == 100


def test_every_wrong_sign_is_found() -> None:
    signs = spell(random.Random(5).getrandbits(VALUE_BITS)).replace("-", "")
    for place, other in itertools.product(range(20), SIGNS):
        if other != signs[place]:
            with pytest.raises(ValueError, match="wrong"):
                read(signs[:place] + other + signs[place + 1 :])


def test_two_signs_in_each_others_place_are_found() -> None:
    signs = list(spell(random.Random(6).getrandbits(VALUE_BITS)).replace("-", ""))
    tried = 0
    for one, other in itertools.combinations(range(20), 2):
        if signs[one] == signs[other]:
            continue
        swapped = signs.copy()
        swapped[one], swapped[other] = signs[other], signs[one]
        tried += 1
        with pytest.raises(ValueError, match="wrong"):
            read("".join(swapped))
    assert tried > 150


@pytest.mark.parametrize("typed", ["", "ABCD", "U" * 20, "0" * 21, "0" * 19 + "é"])
def test_what_is_no_value_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        read(typed)


@pytest.mark.parametrize("value", [-1, 1 << VALUE_BITS])
def test_a_value_too_large_is_not_spelled(value: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        spell(value)
