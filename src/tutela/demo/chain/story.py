"""Four weeks of a hotline over the benign internet, from the founding to what became of it all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tutela.config import Config
from tutela.demo.chain.founding import declare, found_house
from tutela.demo.chain.machines import equipment_of, opener_of
from tutela.demo.chain.passing import Actor, pass_time
from tutela.demo.chain.persons import Desk, analysts_of, knowledge_of, officers_of
from tutela.demo.chain.reporting import Public, planned_reports
from tutela.demo.chain.staff import Account, take_on
from tutela.demo.chain.telling import Say, Story
from tutela.demo.chain.truth import Row, rows
from tutela.demo.chain.turns import ReaderTurn, SenderTurn, WorkerTurn
from tutela.demo.world import World
from tutela.demo.world.planted import Item
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.hotline.cases.equipment import Equipment, equipped
from tutela.hotline.cases.index_key import read_index_key
from tutela.hotline.mailbox.reader import MailReader
from tutela.hotline.mailbox.readers import reading_means
from tutela.hotline.takedown.letterhead import letterhead
from tutela.hotline.takedown.sender import Sender
from tutela.hotline.takedown.senders import means_of
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Invalid

#: Media workers: as many as the smallest machine has cores (our own).
_MEDIA_WORKERS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How the story ended: a row for each planted item, and the accounts with which one can look at it."""

    rows: Sequence[Row]
    accounts: Mapping[str, Account]

    @property
    def wrong(self) -> int:
        """How many planted items did not end as they should."""
        return sum(not row.is_right for row in self.rows)


def planted(world: World) -> tuple[Item, ...]:
    """Everything that is planted, the gallery's pictures and films that can be opened among it."""
    broken = set(world.gallery.broken)
    return (*world.items, *(item for item in world.gallery.items if item.path not in broken))


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Where the story is played: a house with its settings, the world, one clock for both."""

    home: Path
    settings: Config
    world: World
    clock: FixedClock


def run_story(stage: Stage, say: Say, *, items: Collection[Item] | None = None, days: int) -> Ended:
    """What became of ``items`` (by default of everything planted) after so many days.

    Django is started on an empty database. Raises Unavailable where no media worker starts.
    """
    home, world, clock = stage.home, stage.world, stage.clock
    told = planted(world) if items is None else items
    with MediaPool(PoolRules(recheck_share_percent=0.0), workers=_MEDIA_WORKERS) as pool:
        accounts = take_on(home, found_house(home, stage.settings, clock), clock)
        say(f"     {declare(home, world, told, pool, clock)} originals are declared known")
        tools = equipment_of(home, stage.settings, world, pool, clock)
        story = Story(say, _hosts(world, tools), clock.now(), clock)
        opener = opener_of(home, stage.settings, clock, pool)
        means = means_of(stage.settings.notices, letterhead(), opener)
        with equipped(tools), closing(means.mailer), _reader(stage) as reader:
            knowledge = knowledge_of(world, tools.index_key())
            worker = WorkerTurn(clock)
            desk = Desk(accounts=accounts, events=lambda: worker.events, clock=clock)
            actors: list[Actor] = [
                Public(list(planned_reports(world, told, clock.now())), clock),
                worker,
                *analysts_of(desk, opener, knowledge),
                *officers_of(desk, world, say),
                SenderTurn(Sender("sender", means, clock=clock), clock),
                reader,
            ]
            pass_time(actors, clock, clock.now() + timedelta(days=days), on_day=story.day)
    places = (*told, *world.hidden(told))
    found = rows(world, places, read_index_key(home), story.shown_to(accounts["ada"].person.public_id))
    return Ended(rows=found, accounts=accounts)


@contextmanager
def _reader(stage: Stage) -> Iterator[ReaderTurn]:
    """Whoever reads the answers to letters, with a connection to the mailbox. Raises Invalid without one."""
    means = reading_means(stage.settings.replies)
    if means is None:
        raise Invalid("the story reads answers: name a mailbox", field="replies.server")
    box = stage.settings.notices.from_address
    with closing(means.mailbox):
        reader = MailReader(means, clock=stage.clock)
        yield ReaderTurn(reader, lambda: len(stage.world.post.box(box)))


def _hosts(world: World, tools: Equipment) -> Mapping[str, str]:
    """The host of each place in the world, by its keyed digest."""
    key = tools.index_key()
    return {
        key.address_digest(read_url(world.url(item))): item.host
        for site in world.hosts.values()
        for item in site.items
    }
