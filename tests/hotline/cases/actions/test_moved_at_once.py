"""Two workers who are led to one place of an item at the same moment, each by its own connection."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tests.hotline.cases.actions.test_moved import a_place
from tests.hotline.cases.making import WORKER, a_sighting, an_item
from tests.hotline.cases.rig import rig
from tutela.hotline.cases.actions import open_moved
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.moved_places import BY_REDIRECT, MovedPlace

ROUNDS = 5


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_each_address_becomes_one_place() -> None:
    with rig() as made:
        item = an_item()
        seen = a_sighting(item)
        rounds = [
            [a_place(made, f"https://there{number}.test/") for _ in range(2)] for number in range(ROUNDS)
        ]
        for places in rounds:
            begin = threading.Barrier(2)

            def lead(place: MovedPlace) -> None:
                begin.wait()  # noqa: B023 - joined within the round
                open_moved(Item.objects.get(pk=item.pk), seen, [place], actor=WORKER, clock=made.clock)
                connection.close()

            threads = [threading.Thread(target=lead, args=[place]) for place in places]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert item.sightings.filter(found_as=BY_REDIRECT).count() == ROUNDS
