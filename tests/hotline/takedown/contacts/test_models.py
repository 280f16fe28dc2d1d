"""The database keeps one contact of a way, and one search of a place."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.hotline.takedown.making import a_clock, a_sighting
from tutela.hotline.takedown.contacts.models import Contact, Search

pytestmark = pytest.mark.django_db


def contact(**more: object) -> Contact:
    row = {"key": "as:1", "rung": "hoster", "kind": "mail", "address": "a@b.test", "origin": "house"}
    return Contact.objects.create(**{**row, "state": "listed", "made_at": a_clock().now(), **more})


def test_the_same_way_is_kept_once() -> None:
    first = contact()
    with pytest.raises(IntegrityError), transaction.atomic():
        contact(state="approved")
    assert str(contact(rung="upstream")) != str(first) == first.public_id


def test_a_state_that_nobody_knows_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        contact(state="other")


def test_a_place_has_one_search() -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    row = {"sighting": sighting, "state": "person", "since": clock.now(), "searched_at": clock.now()}
    assert str(Search.objects.create(**row)) == "person"
    with pytest.raises(IntegrityError), transaction.atomic():
        Search.objects.create(**row)
