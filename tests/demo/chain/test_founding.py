"""A house as of four weeks ago, and the list of what the demonstration declares known."""

from __future__ import annotations

import pytest

from tutela.demo.chain.founding import LIST_NAME, declare, found_house
from tutela.demo.chain.story import Stage
from tutela.detect.matching.tlist import open_list
from tutela.detect.media.pool import MediaPool
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.kernel.errors import Conflict
from tutela.processes.working import LISTS

pytestmark = [pytest.mark.django_db, pytest.mark.needs("linux")]


def test_the_house_is_founded_at_the_time_of_the_story_and_only_once(stage: Stage) -> None:
    keys = found_house(stage.home, stage.settings, stage.clock)
    assert len(keys) == 2
    assert mandate_in_force(stage.home, clock=stage.clock).grants("notify_host")
    with pytest.raises(Conflict):
        found_house(stage.home, stage.settings, stage.clock)


def test_originals_of_known_and_altered_items_are_declared_and_no_others(stage: Stage) -> None:
    items = [item for item in stage.world.items if item.host == "obedient.test"]
    with MediaPool() as pool:
        assert declare(stage.home, stage.world, items, pool, stage.clock) == 4
    listed = open_list(stage.home / LISTS / f"{LIST_NAME}.tlist")
    assert listed.header.approved
    assert len([one for one in listed.entries() if one.kind == "sha256"]) == 4
