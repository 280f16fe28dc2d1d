from __future__ import annotations

from datetime import timedelta

import pytest

from tutela.hotline.people.quorum.describing import describe_need
from tutela.hotline.people.quorum.needs import Need


@pytest.mark.parametrize(
    ("need", "said"),
    [
        (Need(votes=0), "nobody further"),
        (Need(votes=1), "1 person"),
        (Need(votes=2, least_look="protected", looks=2), "2 people; 2 after a protected look or a full one"),
        (Need(votes=1, least_look="full", looks=1), "1 person; 1 after a full look"),
        (Need(votes=1, second_look_within=timedelta(hours=24)), "1 person; a second look within 24 hours"),
        (
            Need(votes=3, approvals=1, organisations=2, authority=True),
            "3 people; 1 of them approving; of 2 organisations; one of the police or a court, the law cited",
        ),
        (
            Need(votes=4, jurisdictions=2, publisher_apart=True),
            "4 people; in 2 jurisdictions, none of them the publisher",
        ),
        (Need(votes=4, off=True), "not done here"),
    ],
    ids=lambda one: one if isinstance(one, str) else "need",
)
def test_a_need_is_said_in_words(need: Need, said: str) -> None:
    assert describe_need(need) == said
