from __future__ import annotations

import pytest

from tutela.hotline.work.reasons import REASONS, sentence_of


@pytest.mark.parametrize("word", REASONS)
def test_each_word_of_ours_has_a_sentence(word: str) -> None:
    assert sentence_of(word).endswith(".") and word not in sentence_of(word).split()


def test_the_class_of_an_error_is_named() -> None:
    assert "TimeoutError" in sentence_of("TimeoutError")


def test_no_reason_says_nothing() -> None:
    assert sentence_of("") == ""
