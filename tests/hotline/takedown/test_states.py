from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.takedown.states import ANSWERS, EVENTS, STATES, TRANSITIONS, Event, next_state
from tutela.kernel.errors import Conflict


@given(st.lists(st.sampled_from(EVENTS)))
def test_only_a_claim_leads_to_sending_and_only_from_the_queue(events: list[Event]) -> None:
    state = "queued"
    for event in events:
        before = state
        try:
            state = next_state(state, event)
        except Conflict:
            assert (before, event) not in TRANSITIONS
            continue
        assert state in STATES
        assert (state == "sending") == (event == "claimed")
        assert state != "sending" or before == "queued"


def test_a_doubt_leaves_by_an_answer_evidence_or_a_person_and_by_nothing_else() -> None:
    ways = {event for state, event in TRANSITIONS if state == "in_doubt"}
    settled = {
        "trace_accepted",
        "trace_absent",
        "trace_bounced",
        "bounced",
        "person_sends_again",
        "person_leaves",
    }
    assert ways == {*ANSWERS, *settled}


def test_nothing_that_was_sent_goes_back_into_the_queue_by_itself() -> None:
    back = {(state, event) for (state, event), target in TRANSITIONS.items() if target == "queued"}
    assert back == {
        ("sending", "temporary"),
        ("in_doubt", "temporary"),
        ("in_doubt", "trace_absent"),
        ("in_doubt", "person_sends_again"),
        ("failed", "person_sends_again"),
    }


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_reached(state: str) -> None:
    assert state == "queued" or state in TRANSITIONS.values()


def test_a_step_that_is_not_in_the_table_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="in doubt"):
        next_state("in_doubt", "claimed")
