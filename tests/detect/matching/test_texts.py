"""Many short texts as two arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.texts import Texts, join_texts, pack_texts, text_key, text_keys

words_of = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=12)


@given(words_of)
def test_texts_come_back_as_they_were(texts: list[str]) -> None:
    packed = pack_texts(texts)
    packed.check("texts")
    assert [packed[number] for number in range(len(packed))] == texts


@given(words_of, words_of, st.randoms())
def test_join_and_take_keep_order(left: list[str], right: list[str], random: object) -> None:
    joined = join_texts([pack_texts(left), pack_texts(right)])
    both = left + right
    which = np.arange(len(both), dtype=np.int64)[::-1]
    taken = joined.take(which)
    taken.check("taken")
    assert [taken[number] for number in range(len(taken))] == both[::-1]


def test_nothing_joined_is_nothing() -> None:
    assert len(join_texts([])) == 0


def test_text_without_utf8_form_is_refused() -> None:
    with pytest.raises(ValueError):
        pack_texts(["\ud800"])


@pytest.mark.parametrize("offsets", [[], [1, 2], [0, 1], [0, 2, 1, 2]])
def test_offsets_that_cannot_be_right_are_named(offsets: list[int]) -> None:
    texts = Texts(offsets=np.array(offsets, "<u8"), blob=np.zeros(2, np.uint8))
    with pytest.raises(ValueError, match="ids"):
        texts.check("ids")


def test_damaged_text_is_shown_as_damaged() -> None:
    texts = Texts(offsets=np.array([0, 1], "<u8"), blob=np.array([255], np.uint8))
    assert texts[0] == "\ufffd"


def test_keys_are_stable() -> None:
    assert text_key("ent_1") == text_key("ent_1") != text_key("ent_2")
    assert text_key("") < 1 << 64
    assert text_keys(["a", "b"], 2).tolist() == [text_key("a"), text_key("b")]
