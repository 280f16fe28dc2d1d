"""Signs of a text: like for like texts, unlike for others; a title that cannot deceive."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.page_shapes import simhash_distance_bits
from tutela.detect.media.page_text import folded, printable, simhash


def words(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(2, 9))) for _ in range(count)]


@given(st.text(max_size=300), st.integers(1, 50))
def test_a_title_is_short_printable_and_settled(text: str, longest: int) -> None:
    title = printable(text, longest)
    assert len(title) <= longest
    assert printable(title, longest) == title
    assert not [char for char in title if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")]


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\0", "\x1b", "\u200b", "\u2028"])
def test_what_turns_or_hides_a_title_is_left_out(hidden: str) -> None:
    assert printable(f"one{hidden}two", 200) in ("onetwo", "one two")


@given(st.text(max_size=200))
def test_signs_do_not_depend_on_blanks_or_case(text: str) -> None:
    assert simhash(folded(f"  {text}\n")) == simhash(folded(text))
    assert 0 <= simhash(text) < 1 << 64


def test_a_text_with_one_word_changed_stays_near_and_another_is_far() -> None:
    text = words(1, 400)
    changed = [*text[:200], "other", *text[201:]]
    near = simhash_distance_bits(simhash(" ".join(text)), simhash(" ".join(changed)))
    far = simhash_distance_bits(simhash(" ".join(text)), simhash(" ".join(words(2, 400))))
    assert near < 8 < far


def test_no_text_has_no_signs() -> None:
    assert simhash("") == simhash(" .,- ") == 0
