from __future__ import annotations

import pytest

from tutela.hotline.cases.states import CLOSING_REASONS, STATES
from tutela.hotline.intake.outcomes import _OF_REASON, _OF_STATE, OUTCOMES, SENTENCES, outcome, outcomes


def test_every_state_and_every_reason_means_something() -> None:
    assert set(_OF_STATE) | {"closed"} >= set(STATES) - {"archived"}
    assert set(_OF_REASON) >= set(CLOSING_REASONS)
    assert set(SENTENCES) == set(OUTCOMES)


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        ("received", "", "waiting"),
        ("held", "police_first", "in_work"),
        ("in_review", "", "in_work"),
        ("watched", "", "told"),
        ("removed", "", "gone"),
        ("closed", "not_illegal", "not_illegal"),
        ("closed", "handed_over", "handed_over"),
        ("closed", "new_word", "in_work"),
        ("new_state", "", "in_work"),
    ],
)
def test_what_a_reporter_is_told(state: str, reason: str, told: str) -> None:
    assert outcome(state, reason) == told


def test_equal_ones_are_counted_together_in_one_order() -> None:
    found = outcomes([("removed", ""), ("received", ""), ("closed", "ended")])
    assert [(str(sentence), number) for sentence, number in found] == [
        ("We have it, and it waits for the next person who is free.", 1),
        ("It is gone from where you saw it.", 2),
    ]
    assert outcomes([]) == ()
