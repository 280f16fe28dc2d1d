"""Every word that a page's group may show has a sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from tutela.detect.media.page_shapes import Dropped
from tutela.hotline.cases.coming import said_by_status
from tutela.hotline.cases.looking import TROUBLES
from tutela.hotline.cases.page_words import PAGE_WORDS
from tutela.kernel.egress.reasons import REASONS

OURS = ("shown", "links", "inline", "opened", "joined", "cut", "linked_cut", "group_full", "too_deep")
WORDS = {*get_args(Dropped), *TROUBLES.values(), *REASONS, *OURS, "not_followed", "damaged"}


@pytest.mark.parametrize("word", sorted(WORDS | {said_by_status(status) for status in (404, 403, 500)}))
def test_a_word_has_a_sentence(word: str) -> None:
    assert str(PAGE_WORDS[word]) not in ("", word)
