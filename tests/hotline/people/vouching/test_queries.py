from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hotline.people import making
from tests.hotline.people.quorum.ballots import vote
from tests.hotline.people.vouching.houses import House, house
from tutela.hotline.people.models import Person
from tutela.hotline.people.vouching import queries
from tutela.hotline.people.vouching.roster import ROSTER, Line

__all__ = ["house"]
pytestmark = pytest.mark.django_db


def test_everybody_in_office_stands_or_waits(house: House) -> None:
    ada, ben = making.person("analyst", name="Ada"), making.person("administrator", name="Ben")
    making.person(name="No role")
    Person.objects.filter(pk=making.person("analyst", name="Left").pk).update(state="left")
    house.names(ada)
    first, second = queries.standings()
    assert (first.name, first.vouched, first.votes, first.words) == ("Ada", "roster", True, ())
    assert (second.name, second.vouched, second.votes) == ("Ben", "", False)
    assert queries.vouched_for(ada) == "roster" and queries.vouched_for(ben) == ""


def test_the_queries_do_not_grow_with_the_people(house: House) -> None:
    counts = []
    for number in (1, 5):
        house.names(*(making.person("analyst", name=f"Ada {number}.{one}") for one in range(number)))
        with CaptureQueriesContext(
            connection,
        ) as made:
            queries.standings()
        counts.append(len(made))
    assert counts == [3, 3]


def test_a_roster_that_is_refused_vouches_for_nobody(house: House) -> None:
    ada = making.person("analyst")
    house.names(ada)
    path = house.home / "configuration" / ROSTER.name
    path.write_bytes(path.read_bytes().replace(b"number = 1", b"number = 2"))
    assert queries.vouched_for(ada) == "" and queries.roster_or_nobody().people == {}


def test_the_draft_is_what_the_signers_compare(house: House) -> None:
    ada = making.person("analyst", "takedown_officer", name="Ada")
    making.person(name="No role")
    assert queries.draft_lines() == {
        ada.public_id: Line(name="Ada", roles=frozenset({"analyst", "takedown_officer"}), renewal=1)
    }


def test_votes_are_counted_by_who_still_stands(house: House) -> None:
    """Who voted under one account and comes back under another is one person."""
    ada, again = making.person("analyst", name="Ada"), making.person("analyst", name="Ada")
    house.names(ada)
    first = vote(ada.public_id, vouched=queries.vouched_for(ada))
    assert queries.standing_votes([first]) == [first]
    house.names(again)
    second = vote(again.public_id, vouched=queries.vouched_for(again))
    abroad = vote("usr_partner", vouched="organisation")
    assert queries.standing_votes([first, second, abroad]) == [replace(first, vouched=""), second, abroad]
