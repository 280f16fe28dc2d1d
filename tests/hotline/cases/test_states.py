from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tools import item_life
from tutela.hotline.cases.states import (
    CLOSING_REASONS,
    CONFIRMING,
    FIRST,
    HOLDING_REASONS,
    KNOWN,
    PENDING,
    STATES,
    TABLE,
    TERMINAL,
    Absence,
    Evidence,
    MatchEvidence,
    decide,
    page_state,
    read_by,
    transitions_from,
)

CONFIRMED = ("sha256", "person", "second_hash", "")
REASONS = (*CLOSING_REASONS, *HOLDING_REASONS, "fetch_done", "")

evidences = st.builds(
    Evidence,
    reason=st.sampled_from(REASONS),
    matches=st.lists(
        st.builds(MatchEvidence, confirmed=st.sampled_from(CONFIRMED), approved=st.booleans()), max_size=3
    ).map(tuple),
    legal_class=st.sampled_from(["", "csam"]),
    has_verdict=st.booleans(),
    absence=st.none()
    | st.builds(
        Absence,
        vantage_points=st.integers(0, 3),
        looks_each=st.integers(0, 3),
        spread_seconds=st.floats(0, 7_200),
    ),
    held_from=st.sampled_from(["", *STATES]),
)


def proven(confirmed: str, *, approved: bool) -> Evidence:
    return Evidence(matches=(MatchEvidence(confirmed=confirmed, approved=approved),))


@given(evidences)
def test_a_step_depends_on_no_rows_but_those_that_it_names(evidence: Evidence) -> None:
    without: dict[str, dict[str, object]] = {
        "matches": {"matches": ()},
        "verdict": {"has_verdict": False, "legal_class": ""},
    }
    for step in TABLE:
        left = {
            field: value
            for rows, fields in without.items()
            if rows != read_by(step.origin, step.to)
            for field, value in fields.items()
        }
        told = replace(evidence, **left)  # type: ignore[arg-type]
        assert decide(step.origin, step.to, told) == decide(step.origin, step.to, evidence)


def test_every_state_is_reached() -> None:
    reached, before = {FIRST}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {step.to for step in TABLE if step.origin in reached}
    assert reached == set(STATES)


def test_every_state_but_the_terminal_ones_can_end() -> None:
    for state in STATES:
        assert bool(transitions_from(state)) is (state not in TERMINAL)
        if state not in TERMINAL:
            assert decide(state, "closed", Evidence(reason="ended")).allowed


def test_a_step_stands_in_the_table_once() -> None:
    assert len({(step.origin, step.to) for step in TABLE}) == len(TABLE)
    assert all(step.when for step in TABLE)


@given(origin=st.sampled_from(STATES), to=st.sampled_from(STATES), evidence=evidences)
def test_what_is_refused_says_why_and_what_is_allowed_stands_in_the_table(
    origin: str, to: str, evidence: Evidence
) -> None:
    decision = decide(origin, to, evidence)
    assert decision.reason
    if decision.allowed:
        assert (origin, to) in {(step.origin, step.to) for step in TABLE}


@pytest.mark.parametrize(("confirmed", "approved"), list(product(CONFIRMED, (True, False))))
def test_a_match_acts_without_a_look_only_when_confirmed_and_approved(confirmed: str, approved: bool) -> None:
    decision = decide("matched", "acted", proven(confirmed, approved=approved))
    assert decision.allowed is (confirmed in CONFIRMING and approved)


def test_confirmation_of_one_entry_and_approval_of_another_do_not_add_up() -> None:
    split = Evidence(
        matches=(
            MatchEvidence(confirmed="sha256", approved=False),
            MatchEvidence(confirmed="second_hash", approved=True),
        )
    )
    assert not decide("matched", "acted", split).allowed


@pytest.mark.parametrize("state", [state for state in STATES if state not in {"closed", "held"}])
def test_everything_that_goes_on_can_be_held_and_goes_back_where_it_was(state: str) -> None:
    assert decide(state, "held", Evidence(reason="police_first")).allowed
    assert not decide(state, "held", Evidence(reason="ended")).allowed
    back = Evidence(held_from=state)
    assert [to for to in STATES if decide("held", to, back).allowed] == [state]


def test_a_verdict_without_a_class_leads_to_no_act() -> None:
    assert not decide("in_review", "verdict", Evidence()).allowed
    assert decide("in_review", "verdict", Evidence(has_verdict=True)).allowed
    assert not decide("verdict", "acted", Evidence(has_verdict=True)).allowed
    assert decide("verdict", "acted", Evidence(has_verdict=True, legal_class="csam")).allowed


@pytest.mark.parametrize(
    ("points", "looks", "seconds", "gone"),
    [(2, 2, 1800.0, True), (1, 2, 1800.0, False), (2, 1, 1800.0, False), (2, 2, 1799.0, False)],
)
def test_a_removal_is_two_places_twice_half_an_hour_apart(
    points: int, looks: int, seconds: float, gone: bool
) -> None:
    absence = Absence(vantage_points=points, looks_each=looks, spread_seconds=seconds)
    assert decide("watched", "removed", Evidence(absence=absence)).allowed is gone
    assert not decide("watched", "removed", Evidence()).allowed


def test_what_came_back_is_acted_on_again() -> None:
    assert decide("removed", "reappeared", Evidence()).allowed
    assert decide("reappeared", "acted", Evidence()).allowed


def test_a_refusal_names_the_ways_there_are() -> None:
    assert "fetched, unfetchable" in decide("received", "verdict", Evidence()).reason
    assert "stays so" in decide("closed", "received", Evidence()).reason
    assert "no such state" in decide("received", "deleted", Evidence()).reason


def test_the_manual_shows_this_table() -> None:
    page = item_life.PAGE.read_text()
    assert item_life.table() in page, "python -m tools.item_life"
    assert item_life.reasons() in page, "python -m tools.item_life"


class Life(RuleBasedStateMachine):
    """An item pushed about at random never acts without proof or verdict, and never leaves the grave."""

    def __init__(self) -> None:
        super().__init__()
        self.state: str = FIRST
        self.held_from = ""
        self.acted_on: list[Evidence] = []

    @rule(to=st.sampled_from(STATES), evidence=evidences)
    def push(self, to: str, evidence: Evidence) -> None:
        was = self.state
        known = Evidence(
            reason=evidence.reason,
            matches=evidence.matches,
            legal_class=evidence.legal_class,
            has_verdict=evidence.has_verdict,
            absence=evidence.absence,
            held_from=self.held_from,
        )
        if not decide(was, to, known).allowed:
            return
        assert was not in TERMINAL
        if was in {"matched", "verdict"} and to == "acted":
            self.acted_on.append(known)
        self.held_from = was if to == "held" else ""
        self.state = to

    @invariant()
    def acts_rest_on_something(self) -> None:
        for known in self.acted_on:
            assert known.legal_class or any(one.confirmed in CONFIRMING for one in known.matches)

    @invariant()
    def a_held_item_knows_the_way_back(self) -> None:
        assert (self.state == "held") == bool(self.held_from)


TestLife = Life.TestCase


@given(st.lists(st.sampled_from(STATES), max_size=12), st.booleans())
def test_a_page_waits_for_all_that_stood_on_it_and_then_follows(found: list[str], is_known: bool) -> None:
    to = page_state(found, is_known=is_known)
    assert (to is None) == bool(PENDING.intersection(found))
    if to is not None:
        assert decide("fingerprinted", to, Evidence()).allowed
        assert (to == "matched") == (is_known or bool(KNOWN.intersection(found)))
    assert page_state(list(reversed(found)), is_known=is_known) == to
