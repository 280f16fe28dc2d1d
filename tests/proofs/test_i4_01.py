"""The proof of the chain finds what is wrong: a removal that is none, a known one shown, a stranger told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from proofs.i4_01 import DAYS, HOSTS
from proofs.story_house import Facts, _strangers, judge
from tests.demo.world.worlds import StillWorld, a_notice
from tutela.demo.world.cast import CAST
from tutela.demo.world.planted import Item
from tutela.hotline.cases.index_key import make_index_key
from tutela.kernel.egress.urls import read_url

PLACE, ITEM = 11, 22
NOTHING = Facts(
    places={},
    standing=frozenset(),
    returned=frozenset(),
    results=frozenset(),
    told=frozenset({PLACE}),
    first_looks=Counter(),
    second_looks=Counter(),
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StillWorld]:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    with StillWorld() as running:
        yield running


def facts(world: StillWorld, item: Item, tmp_path: Path, **told: object) -> Facts:
    digest = make_index_key(tmp_path).address_digest(read_url(world.url(item)))
    return replace(NOTHING, places={digest: [(PLACE, ITEM)]}, **told)  # type: ignore[arg-type]


def test_a_place_that_is_gone_counts_and_one_that_is_shown_does_not(
    world: StillWorld, tmp_path: Path
) -> None:
    item = world.item("obedient.test")
    found = facts(world, item, tmp_path, standing=frozenset({PLACE}))
    assert judge(world, [item], found).false_removals == 1  # nobody was told: it is shown
    world.hosts[item.host].tell(item, world.still.now())
    world.pass_days(1)
    verdict = judge(world, [item], found)
    assert (verdict.wrong, verdict.false_removals, verdict.known_shown) == ([], 0, 0)


def test_what_only_looks_gone_is_no_removal(world: StillWorld, tmp_path: Path) -> None:
    item = world.item("says-removed.test")
    marked = facts(world, item, tmp_path, results=frozenset({(PLACE, "soft_missing")}))
    assert judge(world, [item], marked).wrong == []
    verdict = judge(world, [item], replace(marked, standing=frozenset({PLACE})))
    assert len(verdict.wrong) == 1 and verdict.false_removals == 1
    assert len(judge(world, [item], replace(marked, results=frozenset())).wrong) == 1
    assert len(judge(world, [item], replace(marked, told=frozenset())).wrong) == 1
    assert len(judge(world, [item], replace(marked, places={})).wrong) == 1


def test_a_known_one_that_was_shown_and_an_altered_one_that_was_not_are_counted(
    world: StillWorld, tmp_path: Path
) -> None:
    known = world.item("silent.test")
    marked = facts(
        world, known, tmp_path, results=frozenset({(PLACE, "present")}), first_looks=Counter({ITEM: 1})
    )
    assert judge(world, [known], marked).known_shown == 1
    altered = world.item("silent.test", "altered")
    (tmp_path / "index.key").unlink()
    marked = facts(world, altered, tmp_path, results=frozenset({(PLACE, "present")}))
    assert "shown 0 times" in judge(world, [altered], marked).wrong[0]


def test_whoever_is_told_of_another_hosts_place_is_a_stranger(world: StillWorld) -> None:
    url = world.url(world.item("liar.test"))
    assert _strangers(world, a_notice(url, to="abuse@elsewhere.test")) == [
        "abuse@elsewhere.test was told of liar.test"
    ]
    assert _strangers(world, a_notice(url, to="abuse@liar-hosting.test")) == []
    moved = world.url(world.item("moves.test"))
    (there,) = map(world.url, world.hidden([world.item("moves.test")]))
    assert len(_strangers(world, a_notice(moved, to="abuse@cellar-hosting.test"))) == 1
    assert _strangers(world, a_notice(there, to="abuse@cellar-hosting.test")) == []
    assert len(_strangers(world, a_notice(url, to="abuse@cellar-hosting.test"))) == 1


def test_where_a_picture_was_moved_to_has_to_be_found_and_told(world: StillWorld, tmp_path: Path) -> None:
    item = world.item("moves.test")
    (there,) = world.hidden([item])
    key = make_index_key(tmp_path)
    old, new = (key.address_digest(read_url(world.url(one))) for one in (item, there))
    found = replace(
        NOTHING,
        places={old: [(PLACE, ITEM)], new: [(PLACE + 1, ITEM)]},
        results=frozenset({(PLACE, "moved"), (PLACE + 1, "present")}),
        told=frozenset({PLACE, PLACE + 1}),
    )
    world.hosts[item.host].tell(item, world.still.now())
    world.pass_days(1)
    assert judge(world, [item], found).wrong == []
    for less in ({"places": {old: [(PLACE, ITEM)]}}, {"told": frozenset({PLACE})}):
        assert [one.split(":")[0] for one in judge(world, [item], replace(found, **less)).wrong] == [
            there.name
        ]


def test_the_short_tier_plays_hosts_that_there_are_for_as_long_as_a_come_back_takes() -> None:
    assert set(HOSTS["ci"]) <= {role.host for role in CAST} and not HOSTS["full"]
    assert DAYS["ci"] > 14
