from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.ids import ALPHABET, is_id, new_id


def test_new_id_is_prefix_and_32_crockford_characters() -> None:
    identifier = new_id("ent_")
    assert identifier.startswith("ent_")
    assert len(identifier) == 4 + 32
    assert set(identifier[4:]) <= set(ALPHABET)


def test_new_id_never_repeats() -> None:
    assert len({new_id("itm_") for _ in range(5_000)}) == 5_000


def test_new_id_uses_every_place_and_every_character() -> None:
    many = [new_id("lst_")[4:] for _ in range(500)]
    for place in range(32):
        assert len({text[place] for text in many}) == 32


def test_alphabet_has_no_letters_that_are_misread() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("ilou")


@pytest.mark.parametrize("prefix", ["", "ent", "ENT_", "entry_", "en1_", "ent_\n", "ent__"])
def test_new_id_refuses_other_prefixes(prefix: str) -> None:
    with pytest.raises(ValueError, match="three lower-case letters"):
        new_id(prefix)


def test_is_id_knows_its_own() -> None:
    assert is_id(new_id("ref_"))


@given(st.text(max_size=60))
def test_is_id_refuses_everything_else(text: str) -> None:
    assert not is_id(text)


@given(st.from_regex(r"[0-9a-f]{32,64}", fullmatch=True))
def test_is_id_refuses_hashes(text: str) -> None:
    assert not is_id(text)
    assert not is_id("ent_" + text[:31] + "u")
