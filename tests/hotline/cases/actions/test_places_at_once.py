"""Two workers who are told of one place at the same moment, each by its own connection."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tests.hotline.cases.making import CLOCK, WORKER, an_item
from tutela.hotline.cases.actions import record_address
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.models import Item, Membership, Series
from tutela.kernel.egress.urls import read_url

KEY = IndexKey(raw=bytes(32))
ROUNDS = 10


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_pair_is_missed() -> None:
    for number in range(ROUNDS):
        url = read_url(f"https://there.test/{number}")
        items = [an_item(url.raw) for _ in range(2)]
        begin = threading.Barrier(2)

        def tell(item: Item) -> None:
            sighting = item.sightings.get()
            begin.wait()  # noqa: B023 - joined within the round
            record_address(sighting, url, KEY, actor=WORKER, clock=CLOCK)  # noqa: B023 - the same
            connection.close()

        threads = [threading.Thread(target=tell, args=[item]) for item in items]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (Series.objects.count(), Membership.objects.count()) == (ROUNDS, 2 * ROUNDS)
