"""Every word that the review writes is declared, and every act has its sentence."""

from __future__ import annotations

from tutela.hotline.cases.acts import REASONS as CASE_REASONS
from tutela.hotline.ledger.acts import declared_acts
from tutela.hotline.review.acts import ACTS, ENDINGS, LEVELS, OUTCOMES, REASONS, SAYING, STAGES, declare
from tutela.hotline.review.words import OUTCOME_NAMES, REASON_NAMES
from tutela.kernel.log import is_declared


def test_every_word_may_stand_in_an_entry() -> None:
    declare()
    for word in (*OUTCOMES, *REASONS, *ENDINGS, *LEVELS, *STAGES):
        assert is_declared(word), word
    assert set(ACTS) <= {one.word for one in declared_acts()}


def test_every_word_that_people_read_has_its_name() -> None:
    assert set(REASON_NAMES) == set(REASONS)
    assert set(OUTCOME_NAMES) == set(OUTCOMES)
    assert set(SAYING) < set(OUTCOMES)
    assert not set(REASONS) & set(CASE_REASONS)
