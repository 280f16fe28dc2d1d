"""The demonstration's story, played for a proof, and judged by plain SQL against what the world knows.

``python -m proofs.story_house DAYS [HOST ...]`` in TUTELA_HOME, an empty folder; the database is the one of
the settings. What the product says of itself (how a watch stands, the table of the demonstration) counts for
nothing here: removals, notices, displays and letters do. The last line said is JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from tutela.config import load
from tutela.demo.chain.__main__ import GALLERY_SIZE, LOG
from tutela.demo.chain.founding import settings_of
from tutela.demo.world import World
from tutela.demo.world.letters_read import addresses_of
from tutela.demo.world.planted import Item
from tutela.demo.world.rdap_objects import REGISTRAR, UPSTREAM
from tutela.demo.world.vantages import VANTAGES
from tutela.hotline.cases.index_key import read_index_key
from tutela.kernel import log
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.egress.urls import read_url
from tutela.kernel.settings import home
from tutela.web.starting import start_django

#: Everything that is known of each place that was fetched: its keyed address, its item, its removals.
PLACES = "SELECT id, item_id, url_digest FROM cases_sighting WHERE how = 'fetched' AND url_digest <> ''"
REMOVALS = "SELECT sighting_id, reopened_at FROM takedown_removal"
RESULTS = "SELECT DISTINCT sighting_id, result FROM takedown_check"
#: Places somebody was written to about; a letter may have come back.
TOLD = (
    "SELECT DISTINCT sighting_id FROM takedown_notice "
    "WHERE retracts_id IS NULL AND state IN ('sent', 'failed') AND claimed_at IS NOT NULL"
)
#: Displays: of a handing out, and of a second look, which has none.
DISPLAYS = "SELECT item_id, turn FROM review_exposure WHERE tiles > 0"
#: What a look must have found where a place ends so; the others end gone, or never were.
MARKS = {
    "altered": "altered", "soft_404": "soft_missing", "geo_blocked": "blocked", "bot_wall": "blocked",
    "parked": "parked", "moved": "moved", "present": "present",
}  # fmt: skip


@dataclass(kw_only=True)
class Verdict:
    """What was found wrong, as sentences, and counts of what was looked at."""

    planted: int = 0
    wrong: list[str] = field(default_factory=list)
    false_removals: int = 0
    came_back: int = 0
    known_shown: int = 0
    altered: int = 0
    altered_looks: int = 0
    second_looks: int = 0
    strangers: list[str] = field(default_factory=list)
    letters: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    product_wrong: int = 0


class Rows:
    """The tables of the house, read by plain SQL."""

    def __init__(self, database: str) -> None:
        self._database = database

    def of(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        if self._database:
            import psycopg

            with psycopg.connect(self._database) as postgres:
                return postgres.execute(query.encode()).fetchall()
        import sqlite3

        sqlite = sqlite3.connect(home() / "hotline.sqlite")
        try:
            return sqlite.execute(query).fetchall()
        finally:
            sqlite.close()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the tables hold, by the keyed address of a place."""

    places: Mapping[str, list[tuple[int, int]]]
    standing: frozenset[int]
    returned: frozenset[int]
    results: frozenset[tuple[int, str]]
    told: frozenset[int]
    first_looks: Counter[int]
    second_looks: Counter[int]


def facts_of(rows: Rows) -> Facts:
    """The facts of a house."""
    places: dict[str, list[tuple[int, int]]] = {}
    for place, item, digest in rows.of(PLACES):
        places.setdefault(digest, []).append((place, item))
    removals = rows.of(REMOVALS)
    displays = rows.of(DISPLAYS)
    return Facts(
        places=places,
        standing=frozenset(place for place, back in removals if back is None),
        returned=frozenset(place for place, back in removals if back is not None),
        results=frozenset((place, result) for place, result in rows.of(RESULTS)),
        told=frozenset(row[0] for row in rows.of(TOLD)),
        first_looks=Counter(item for item, turn in displays if turn),
        second_looks=Counter(item for item, turn in displays if not turn),
    )


def judge(world: World, items: Collection[Item], facts: Facts) -> Verdict:
    """Each planted item against the truth, each place to which it was moved, and each letter."""
    verdict, key = Verdict(planted=len(items)), read_index_key(home())
    ends: Counter[str] = Counter()
    for item in items:
        own = facts.places.get(key.address_digest(read_url(world.url(item))), [])
        ends[world.expected(item).end] += 1
        _judge_end(world, item, own, facts, verdict)
        _judge_looks(item, {one for _, one in own}, facts, verdict)
    for item in world.hidden(items):
        own = facts.places.get(key.address_digest(read_url(world.url(item))), [])
        _judge_end(world, item, own, facts, verdict)
    verdict.ends = dict(ends)
    verdict.letters = len(world.post.letters)
    verdict.strangers = [told for letter in world.post.letters for told in _strangers(world, letter)]
    return verdict


def _judge_end(world: World, item: Item, own: list[tuple[int, int]], facts: Facts, verdict: Verdict) -> None:
    expected = world.expected(item)
    places = {place for place, _ in own}
    gone, back = bool(places & facts.standing), bool(places & facts.returned)
    seen = any(world.look(item, source).showed for source in VANTAGES.values())
    verdict.came_back += back
    if gone and (seen or expected.end != "removed"):
        verdict.false_removals += 1
    is_right = {
        "removed": gone and not back,
        "reappeared": back and not gone and seen,
        "left_alone": bool(own) and not places & facts.told and not gone,
    }.get(expected.end, not gone and not back and _is_marked(places, expected.end, facts))
    if expected.told and not item.name.startswith(_never_told(world)):
        is_right = is_right and bool(places & facts.told)
    if not is_right:
        verdict.wrong.append(f"{item.name}: {expected.end}, gone {gone}, back {back}, places {len(places)}")


def _is_marked(places: set[int], end: str, facts: Facts) -> bool:
    """Whether the looks found what such a host shows."""
    return any((place, MARKS.get(end, end)) in facts.results for place in places)


def _never_told(world: World) -> tuple[str, ...]:
    """Hosts of which nobody who could be told is findable."""
    return tuple(f"{site.name}/" for site in world.hosts.values() if not site.place.findable)


def _judge_looks(item: Item, ids: set[int], facts: Facts, verdict: Verdict) -> None:
    first = sum(facts.first_looks[one] for one in ids)
    if item.kind == "known":
        verdict.known_shown += first + sum(facts.second_looks[one] for one in ids)
    elif item.kind == "altered":
        verdict.altered += 1
        verdict.altered_looks += first
        verdict.second_looks += sum(facts.second_looks[one] for one in ids)
        if first != 1:
            verdict.wrong.append(f"{item.name}: shown {first} times before anybody was told")


def _strangers(world: World, letter: EmailMessage) -> list[str]:
    """What a letter tells somebody of a host that is not theirs, wherever its redirects lead."""
    to = parseaddr(str(letter["To"]))[1].lower()
    if to in {UPSTREAM, REGISTRAR}:
        return []
    hosts = {urlsplit(one).hostname or "" for one in addresses_of(letter)} & world.hosts.keys()
    wrong = []
    for host in hosts:
        place = world.hosts[host].place
        if to != place.hoster and not (place.findable and to == place.abuse):
            wrong.append(f"{to} was told of {host}")
    return wrong


def main(days: int, hosts: Collection[str]) -> None:
    """Play, judge, say."""
    os.umask(0o077)
    clock, began = FixedClock(SystemClock().now() - timedelta(days=days)), time.monotonic()
    with (home() / LOG).open("w") as stream, World(clock, gallery=GALLERY_SIZE) as world:
        log.configure(level="warning", stream=stream, clock=clock)
        os.environ |= settings_of(world)
        start_django()
        from tutela.demo.chain.story import Stage, planted, run_story

        items = [item for item in planted(world) if not hosts or item.host in hosts]
        stage = Stage(home=home(), settings=load(None), world=world, clock=clock)
        ended = run_story(stage, lambda text: print(text, flush=True), items=items, days=days)
        seconds = time.monotonic() - began
        verdict = judge(world, items, facts_of(Rows(os.environ.get("TUTELA_HOTLINE__DATABASE", ""))))
        verdict.product_wrong, verdict.seconds = ended.wrong, round(seconds, 1)
        silent = {"abuse@elsewhere.test"} | {site.place.owner for site in world.hosts.values()}
        verdict.strangers += [f"{one} got a letter" for one in sorted(silent) if world.post.box(one)]
    print(json.dumps(asdict(verdict)))


if __name__ == "__main__":
    main(int(sys.argv[1]), frozenset(sys.argv[2:]))
