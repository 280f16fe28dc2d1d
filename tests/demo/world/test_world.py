"""The world as a whole: told of everything, each place ends as its host's character implies."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.demo.world.worlds import START, StillWorld, asking, got, tell
from tutela.demo.world import FastClock, World
from tutela.demo.world.answers import Answer
from tutela.demo.world.contents import content
from tutela.demo.world.planted import ENDS, Item
from tutela.kernel.errors import Conflict


def end_seen(world: StillWorld, item: Item) -> str:
    """How an honest observer names what is there, looking from both sides, with and without referrer."""
    north, south = world.look(item, "127.78.0.1"), world.look(item, "127.78.0.2")
    original = content(item.making, item.seed)
    if south.body == original:
        return "geo_blocked" if north.status == 451 else "present"
    if south.showed:
        return "altered"
    return {302: "moved", 403: "bot_wall", 404: "removed", 200: "page"}[south.status]


@pytest.mark.slow
def test_everything_ends_as_the_truth_table_says(world: StillWorld) -> None:
    told = [item for item in world.items if world.expected(item).told]
    for item in told:
        tell(world, item)
    world.pass_days(5)
    away = {item.name for item in told if world.look(item).status == 404}
    world.pass_days(23)
    same = {"reappeared": "present", "by_hand": "present", "soft_404": "page", "parked": "page"}
    for item in told:
        expected = world.expected(item).end
        assert end_seen(world, item) == same.get(expected, expected), item.name
        if expected == "reappeared":
            assert item.name in away
    harmless = [item for item in world.items if item not in told]
    assert {world.expected(item).end for item in harmless} == {"left_alone"}
    ends = Counter(world.expected(item).end for item in world.items)
    assert set(ends) == set(ENDS)
    assert len(world.items) >= 60


@pytest.mark.slow
def test_the_kinds_are_planted_in_numbers(world: StillWorld) -> None:
    kinds = Counter(item.kind for item in world.items)
    assert kinds == {"known": 31, "altered": 26, "unknown": 18, "harmless": 13}
    declared = dict(world.declared())
    assert len(declared) == 31 + 26 + 12 + 4
    known = world.item("obedient.test")
    assert got(world, world.url(known))[1] == declared[known.name]


def test_where_it_moved_to_it_is(world: StillWorld) -> None:
    item = world.item("moves.test")
    tell(world, item)
    world.pass_days(1)
    assert got(world, world.url(item)) == (200, content("original", item.seed))
    assert [served.host for served in world.journal.all()] == ["moves.test", "cellar.test"]


def test_what_was_moved_has_places_elsewhere_that_nobody_removes(world: StillWorld) -> None:
    hidden = world.hidden(world.items)
    told = [item for item in world.items if item.host == "moves.test" and world.expected(item).told]
    assert [(item.host, item.path) for item in hidden] == [("cellar.test", item.path) for item in told]
    expected = {world.expected(item).end for item in hidden}
    assert len(hidden) == 5 and expected == {"present"}
    assert world.hidden([world.item("obedient.test")]) == ()


def test_the_page_behind_the_door_shows_its_album_to_those_who_come_from_there(world: StillWorld) -> None:
    item = world.item("referrer.test")
    assert f"http://referrer.test:{world.port}/" in got(world, world.url_of("door.test"))[1].decode()

    def front(referrer: str) -> Answer:
        page = replace(asking(item, referer=referrer), path="/")
        return world.hosts[item.host].answer(page, world.still.now())

    assert item.referrer == world.url_of("door.test")
    assert item.path.encode() in front(item.referrer).body
    assert item.path.encode() not in front("").body


def test_a_world_ends_and_leaves_nothing(tmp_path: Path) -> None:
    with StillWorld() as first:
        police = first.police
        assert police.is_dir()
        with pytest.raises(Conflict), World(first.still, port=first.port):
            raise AssertionError("two worlds at one port")
        port = first.port
    assert not police.exists()
    with World(first.still, port=port) as again:
        assert again.port == port


def test_two_worlds_run_beside_each_other_with_clocks_of_their_own() -> None:
    with StillWorld() as one, World(FastClock(START, factor=1_000.0)) as other:
        assert one.port != other.port
        item = one.item("obedient.test")
        assert got(one, one.url(item)) == got(other, other.url(other.items[0]))
