"""Every word that a page may meet has its name."""

from __future__ import annotations

from tutela.hotline.cases.acts import KINDS
from tutela.hotline.review.acts import CERTAINTIES, SITE_KINDS
from tutela.hotline.review.words import (
    CERTAINTY_NAMES,
    CLASS_NAMES,
    FOUND_SENTENCES,
    KIND_NAMES,
    SITE_NAMES,
)
from tutela.kernel.taxonomy import legal_classes


def test_every_word_that_a_page_may_meet_has_its_name() -> None:
    assert set(KIND_NAMES) == set(KINDS)
    assert set(SITE_NAMES) == set(SITE_KINDS)
    assert set(CERTAINTY_NAMES) == set(CERTAINTIES)
    assert set(CLASS_NAMES) == {one.name for one in legal_classes()}
    assert set(FOUND_SENTENCES) == {"right", "wrong", "awaited", "overdue", "not needed"}
