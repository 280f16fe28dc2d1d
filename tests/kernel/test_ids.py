from __future__ import annotations

import hashlib
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.ids import (
    ALPHABET,
    RECEIPT_CHARACTERS_MAX,
    is_id,
    new_id,
    new_receipt,
    receipt_from,
    receipt_letters,
    receipt_words,
)


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


def test_the_word_list_is_the_published_one() -> None:
    data = files("tutela.kernel").joinpath("wordlists", "eff_large.txt").read_bytes()
    published = "addd35536511597a02fa0a9ff1e5284677b8883b83e986e43f15a3db996b903e"
    assert hashlib.sha256(data).hexdigest() == published
    assert len(set(receipt_words())) == 7_776


def test_a_receipt_is_seven_words_of_the_list_and_never_the_same() -> None:
    receipts = {new_receipt() for _ in range(500)}
    assert len(receipts) == 500
    assert all(set(one.split(" ")) <= set(receipt_words()) and one.count(" ") == 6 for one in receipts)


@given(
    st.lists(st.sampled_from(receipt_words()), min_size=7, max_size=7),
    st.lists(st.sampled_from([" ", "  ", "\n", "-", ", ", " 1. ", "\u2009"]), min_size=6, max_size=6),
    st.booleans(),
)
def test_however_it_was_written_down_the_letters_are_the_same(
    words: list[str], between: list[str], loud: bool
) -> None:
    written = "".join(word + gap for word, gap in zip(words, [*between, ""], strict=True))
    assert receipt_letters(written.upper() if loud else written) == receipt_letters(" ".join(words))


@given(*[st.lists(st.sampled_from(receipt_words()), min_size=7, max_size=7) for _ in range(2)])
def test_other_words_have_other_letters(one: list[str], other: list[str]) -> None:
    same = [word.replace("-", "") for word in one] == [word.replace("-", "") for word in other]
    assert (receipt_letters(" ".join(one)) == receipt_letters(" ".join(other))) is same


def test_no_word_begins_another_one() -> None:
    letters = sorted({word.replace("-", "") for word in receipt_words()})
    assert not [one for one, next_one in pairwise(letters) if next_one.startswith(one)]


def test_too_much_text_is_no_receipt() -> None:
    assert receipt_letters("") == ""
    with pytest.raises(ValueError, match="seven words"):
        receipt_letters("a" * (RECEIPT_CHARACTERS_MAX + 1))


@given(st.binary(min_size=20), st.binary(min_size=20))
def test_a_receipt_made_from_a_seed_is_always_the_same(one: bytes, other: bytes) -> None:
    words = receipt_from(one).split()
    assert receipt_from(one) == " ".join(words) and len(words) == 7 and set(words) <= set(receipt_words())
    assert (receipt_from(other) == receipt_from(one)) == (one == other)
