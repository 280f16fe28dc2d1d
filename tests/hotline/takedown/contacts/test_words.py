"""Everything that a page says about contacts has words."""

from __future__ import annotations

from typing import get_args

from tutela.hotline.takedown.actions.taking_back import WHY_NOT
from tutela.hotline.takedown.contacts import words
from tutela.hotline.takedown.contacts.models import SEARCH_STATES
from tutela.hotline.takedown.contacts.proposals import AUTHORITY
from tutela.share.notices.ladder import REASONS, RUNGS, Kind, Source


def test_every_word_of_a_look_up_is_said_to_people() -> None:
    assert set(words.RUNG_NAMES) == {*RUNGS, AUTHORITY}
    assert set(words.KIND_NAMES) == set(get_args(Kind))
    assert set(words.SOURCE_NAMES) == set(get_args(Source))
    assert set(words.SEARCH_NAMES) == set(SEARCH_STATES)


def test_every_reason_is_said_as_the_look_up_means_it() -> None:
    kept = {word: said for word, said in REASONS.items() if word != "could_be_the_offender"}
    assert {word: str(said) for word, said in words.REASON_NAMES.items()} == kept


def test_every_reason_not_to_take_back_has_a_sentence() -> None:
    assert tuple(words.WHY_NOT_NAMES) == WHY_NOT
