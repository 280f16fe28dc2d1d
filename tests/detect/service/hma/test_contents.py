from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service.hma.contents import (
    carried_entry,
    computed_id,
    content_id,
    new_content_id,
    parse_content_id,
)

#: Written down once: clients store numbers.
NUMBER_OF_SHOP_ABC = 7_822_992_540_147_959


@given(number=st.integers(0, (1 << 52) - 1))
def test_a_carried_number_leads_to_its_entry_and_back(number: int) -> None:
    assert content_id("any", carried_entry(number)) == number


@given(name=st.text(max_size=20), entry=st.text(min_size=1, max_size=40))
def test_every_other_entry_has_one_number_that_javascript_holds(name: str, entry: str) -> None:
    number = computed_id(name, entry)
    assert 1 << 52 <= number < 1 << 53
    assert content_id(name, "ent_" + entry) == computed_id(name, "ent_" + entry)
    assert carried_entry(number) == ""


def test_numbers_are_the_same_in_every_release() -> None:
    assert content_id("SHOP", "ent_abc") == computed_id("SHOP", "ent_abc") == NUMBER_OF_SHOP_ABC


@pytest.mark.parametrize("entry", ["hma-", "hma-01", "hma-x", "hma--1", "HMA-1", "hma-99999999999999999"])
def test_an_id_that_only_looks_like_a_number_is_computed(entry: str) -> None:
    assert content_id("SHOP", entry) >= 1 << 52


def test_a_number_too_large_to_be_carried_is_computed() -> None:
    assert content_id("SHOP", f"hma-{(1 << 52)}") == computed_id("SHOP", f"hma-{(1 << 52)}")


def test_new_numbers_stand_above_those_of_hma_and_below_the_computed() -> None:
    assert all(1 << 40 <= new_content_id() < 1 << 52 for _ in range(100))


@pytest.mark.parametrize("text", ["", "-1", "1.0", "x", "٣", str(1 << 53), "1" * 17])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_content_id(text)
    assert parse_content_id("12") == 12
