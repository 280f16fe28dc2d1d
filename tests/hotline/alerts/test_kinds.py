from __future__ import annotations

import pytest

from tutela.hotline.alerts.kinds import BY_WORD, KINDS, Event, declare, sentence_of, subject_of
from tutela.hotline.alerts.models import WORD_LENGTH


def test_every_kind_says_what_it_is_and_where_to_look() -> None:
    declare()
    assert len(BY_WORD) == len(KINDS)
    for kind in KINDS:
        assert len(kind.word) <= WORD_LENGTH
        assert sentence_of(kind, "began", 1_200).startswith(f"{kind.sentence} 1,200 ")
        assert kind.where in sentence_of(kind, "goes_on", 1)
        assert sentence_of(kind, "over", 0) == f"Over: {kind.sentence}"


@pytest.mark.parametrize(("event", "end"), [("began", "began"), ("goes_on", "goes on"), ("over", "is over")])
def test_a_subject_says_the_kind_alone(event: Event, end: str) -> None:
    assert subject_of(BY_WORD["disk_full"], event) == f"tutela: disk full {end}"
