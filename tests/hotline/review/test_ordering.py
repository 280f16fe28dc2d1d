"""The order: urgent first, age without end, the weightiest reason first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.review.acts import REASONS
from tutela.hotline.review.ordering import QueueFacts, place_of

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
FACTS = st.builds(
    QueueFacts,
    opened_at=st.integers(0, 500).map(lambda hours: NOW - timedelta(hours=hours)),
    is_known=st.booleans(),
    is_near=st.booleans(),
    second_needed=st.booleans(),
    from_partner=st.booleans(),
    reports=st.integers(1, 10_000),
)


def facts(hours: float = 1, **more: object) -> QueueFacts:
    return QueueFacts(opened_at=NOW - timedelta(hours=hours), **more)  # type: ignore[arg-type]


@given(FACTS)
def test_nothing_comes_before_a_child_in_danger(other: QueueFacts) -> None:
    assert place_of(facts(urgent=True), now=NOW).points > place_of(other, now=NOW).points


@given(FACTS)
def test_whatever_is_said_of_others_there_is_a_time_at_which_an_item_is_next(other: QueueFacts) -> None:
    long_after = other.opened_at + timedelta(days=4)
    waited = QueueFacts(opened_at=other.opened_at - timedelta(days=4))
    assert place_of(waited, now=long_after).points > place_of(other, now=long_after).points


@given(FACTS)
def test_each_reason_is_a_word_and_the_score_a_share(one: QueueFacts) -> None:
    place = place_of(one, now=NOW)
    assert set(place.reasons) <= set(REASONS)
    assert 0 <= place.score < 1


def test_the_weightiest_reason_is_said_first() -> None:
    place = place_of(facts(30, is_known=True, is_near=True, reports=3, from_partner=True), now=NOW)
    assert place.reasons == ("waits_long", "near_known", "from_partner", "many_reports")
