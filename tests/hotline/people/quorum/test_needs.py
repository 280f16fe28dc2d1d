from __future__ import annotations

from datetime import timedelta

import pytest

from tutela.hotline.people.quorum.needs import Need

DAY = timedelta(hours=24)
FLOOR = Need(votes=3, least_look="protected", looks=2, approvals=1, organisations=2, jurisdictions=1)


def test_the_floor_and_all_above_it_have_no_weakness() -> None:
    assert not list(FLOOR.weaknesses(FLOOR))
    more = Need(votes=5, least_look="full", looks=3, approvals=2, organisations=3, jurisdictions=2)
    assert not list(more.weaknesses(FLOOR)) and len(list(Need(votes=0).weaknesses(FLOOR))) == 6


def test_a_second_look_is_in_time_or_two_vote() -> None:
    floor = Need(votes=1, second_look_within=DAY)
    assert not list(Need(votes=2).weaknesses(floor))
    assert not list(Need(votes=1, second_look_within=DAY / 2).weaknesses(floor))
    assert list(Need(votes=1).weaknesses(floor)) == list(
        Need(votes=1, second_look_within=2 * DAY).weaknesses(floor)
    )


@pytest.mark.parametrize(
    "need",
    [
        Need(votes=1, looks=2, least_look="full"),
        Need(votes=1, organisations=2),
        Need(votes=1, looks=1),
        Need(votes=1, least_look="full"),
        Need(votes=3, approvals=1, organisations=2, publisher_apart=True),
    ],
    ids=["looks", "organisations", "look at nothing", "nobody looks", "approvals"],
)
def test_what_nobody_could_ever_meet_is_named(need: Need) -> None:
    assert list(need.contradictions())
    assert not list(FLOOR.contradictions())


def test_where_others_approve_the_rest_assess() -> None:
    assert FLOOR.assessments == 2 and Need(votes=2).assessments == 0
