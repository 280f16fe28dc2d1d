"""The machines meet the world and nothing else here; what is opened stands in the ledger first."""

from __future__ import annotations

import pytest

from tests.kernel.egress.speaking import ok, speaker
from tutela.demo.chain.founding import found_house
from tutela.demo.chain.machines import bootstrap_of, equipment_of, opener_of
from tutela.demo.chain.story import Stage
from tutela.detect.media.pool import MediaPool
from tutela.hotline.cases.actions import open_item
from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.cases.addresses import seal_address
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.ledger.queries import entries_about
from tutela.kernel.channels.memory import contents_of, memory
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.urls import read_url
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched
from tutela.kernel.opener.orders import OpenOrder

pytestmark = [pytest.mark.django_db, pytest.mark.needs("linux")]


def order(url: str, vantage: str) -> FetchOrder:
    sealed = seal_text(url, sealing_keys().fetch)
    return FetchOrder(sealed_url=sealed, bytes_max=1 << 20, vantage=vantage, keep=False)


def test_the_worlds_hosts_are_met_from_three_places_and_this_computer_from_none(stage: Stage) -> None:
    found_house(stage.home, stage.settings, stage.clock)
    world, item = stage.world, stage.world.items[0]
    with MediaPool() as pool, memory() as bytes_here, speaker(ok(b"secret")) as there:
        tools = equipment_of(stage.home, stage.settings, world, pool, stage.clock)
        for vantage in ("direct", *tools.vantages):
            assert isinstance(tools.fetcher.fetch(order(world.url(item), vantage), bytes_here), Fetched)
        assert contents_of(bytes_here).startswith(b"\xff\xd8")
        refused = tools.fetcher.fetch(order(f"http://127.0.0.1:{there.port}/", "direct"), bytes_here)
    assert isinstance(refused, NotFetched)
    assert len(world.journal.sources(item.name)) == 3
    assert "registry.test" in bootstrap_of(world).hosts


def test_an_address_is_opened_once_that_is_written_down(stage: Stage) -> None:
    found_house(stage.home, stage.settings, stage.clock)
    address = seal_address(read_url("http://one.test/a"), sealing_keys())
    item = open_item("url", source="report", actor=PUBLIC, address=address, clock=stage.clock)
    place = item.sightings.get().public_id
    with MediaPool() as pool:
        opener = opener_of(stage.home, stage.settings, stage.clock, pool)
        asked = OpenOrder(
            purpose="notice", kind="process", who="sender", case=place, sealed=address.url_sealed
        )
        assert opener.text(asked) == "http://one.test/a"
    (entry,) = entries_about(place, 9)
    assert (entry.act, entry.at) == ("address_opened", stage.clock.now())
