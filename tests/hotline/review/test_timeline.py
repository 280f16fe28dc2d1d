"""The story of an item says that people looked and spoke, and neither who nor what."""

from __future__ import annotations

import pytest

from tests.hotline.review.making import (
    CANNOT_JUDGE,
    ILLEGAL,
    a_clock,
    a_waiting_item,
    an_analyst,
    judged,
    later,
)
from tutela.hotline.cases.timeline import timeline
from tutela.hotline.review.actions import withdraw_assessment

pytestmark = pytest.mark.django_db


def test_the_story_says_that_people_looked_and_spoke_and_neither_who_nor_what() -> None:
    clock, anna, ben = a_clock(), an_analyst("Anna Quill"), an_analyst("Ben Quill")
    item = a_waiting_item(clock)
    for who, said in ((anna, CANNOT_JUDGE), (ben, ILLEGAL)):
        later(clock, minutes=1)
        judged(who, said, clock)
        if said is CANNOT_JUDGE:
            later(clock, minutes=1)
            withdraw_assessment(anna, item.public_id, clock=clock)
    told = [str(one.sentence) for one in timeline(item)]
    assert told.count("Somebody was shown it: grey, blurred and small.") == 2
    for sentence in (
        "Somebody could not judge it, and left it to a colleague.",
        "Somebody took back what they had said.",
        "Somebody said what it is.",
        "People came to a verdict.",
    ):
        assert sentence in told
    assert not any("Quill" in one or "csam" in one or "usr_" in one for one in told)
