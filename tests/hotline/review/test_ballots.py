"""Assessments as votes: who agrees, what they saw, and what they amount to under each quorum."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.review.making import (
    CANNOT_JUDGE,
    ILLEGAL,
    NOT_ILLEGAL,
    a_clock,
    a_waiting_item,
    an_analyst,
    judged,
)
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.review.ballots import as_votes, in_force, reached, votes_behind
from tutela.hotline.review.models import Assessment

pytestmark = pytest.mark.django_db


def test_each_assessment_is_a_vote_for_or_against() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    judged(anna, ILLEGAL, clock, key="passkey-1")
    (mine,) = as_votes(in_force(item), "illegal", "csam")
    assert (mine.person, mine.key, mine.look, mine.agrees) == (anna.public_id, "passkey-1", "protected", True)
    assert mine.organisation
    assert mine.jurisdiction == "XX"
    (against,) = as_votes(in_force(item), "illegal", "exploitative")
    assert not against.agrees
    assert [one.person for one in votes_behind(item)] == [anna.public_id]


def test_who_cannot_judge_or_took_their_word_back_has_none() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    judged(anna, CANNOT_JUDGE, clock)
    assert in_force(item) == []
    judged(an_analyst("Ben"), ILLEGAL, clock)
    Assessment.objects.filter(outcome="illegal").update(withdrawn_at=clock.now())
    assert in_force(item) == []
    assert votes_behind(item) == []


def test_where_two_are_asked_they_have_to_agree_and_each_is_vouched_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    rehearse(tmp_path, quorum="standard", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    item = a_waiting_item(clock)
    judged(anna, ILLEGAL, clock)
    assert reached(item, clock=clock) is None
    judged(ben, ILLEGAL, clock)
    assert reached(item, clock=clock) is None
    assert item.verdicts.count() == 0


def test_a_verdict_that_nothing_is_illegal_leaves_no_votes_for_a_notice() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    judged(anna, NOT_ILLEGAL, clock)
    assert item.verdicts.get().legal_class == ""
    assert votes_behind(item) == []
