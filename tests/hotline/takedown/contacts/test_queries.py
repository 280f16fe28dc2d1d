"""What pages and commands hear of contacts: what waits first, how many places wait, digests cut short."""

from __future__ import annotations

import pytest

from tests.hotline.takedown.contacts.registered import registered
from tests.hotline.takedown.contacts.test_book import listed
from tests.hotline.takedown.making import OFFICER
from tutela.hotline.takedown.actions import approve_contact
from tutela.hotline.takedown.contacts.models import SEARCH_STATES
from tutela.hotline.takedown.contacts.queries import contacts, searches, waiting, what_for

pytestmark = pytest.mark.django_db


def test_nothing_waits_in_an_empty_house() -> None:
    assert searches() == {**dict.fromkeys(SEARCH_STATES, 0), "passed_over": 0}
    assert waiting() == 0 and contacts() == []


def test_what_waits_stands_first_with_its_places() -> None:
    listed("as:1", "abuse@one.test", approved=True)
    with registered() as made:
        made.found()
        assert [(one.state, one.waiting) for one in contacts()] == [("proposed", 1), ("approved", 0)]
        assert waiting() == 1
        found = contacts("proposed")[0]
        assert (found.source, found.origin) == ("rdap_network", "look_up")
        assert found.reasons == ("abuse_role", "unconfirmed")
        approve_contact(the_proposal(), actor=OFFICER, clock=made.clock)
        made.again()
    assert waiting() == 0 and contacts("proposed") == []


def the_proposal() -> str:
    return contacts("proposed")[0].public_id


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("as:64500", "as:64500"),
        ("proxy:Shield", "proxy:Shield"),
        ("site:" + "ab" * 32, "site abababab…"),
    ],
)
def test_a_digest_is_cut_to_its_beginning(key: str, said: str) -> None:
    assert what_for(key) == said
