"""Who works at the desk in the story, each by the actions behind their pages, with a sample account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tutela.demo.chain.analysts import Analyst, Knowledge, SecondAnalyst
from tutela.demo.chain.officer import ContactKeeper, FormFiller
from tutela.demo.chain.passing import Actor
from tutela.demo.chain.staff import Account
from tutela.demo.chain.telling import Say
from tutela.demo.chain.waiting import NowAndThen
from tutela.demo.world import World
from tutela.hotline.cases.index_key import IndexKey
from tutela.kernel.clock import Clock
from tutela.kernel.egress.urls import read_url
from tutela.kernel.opener.asking import Shows

#: How often a person on duty looks at the desk.
EVERY = timedelta(minutes=20)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where they work: the accounts, how much has happened so far that may make work for them, the clock."""

    accounts: Mapping[str, Account]
    events: Callable[[], int]
    clock: Clock

    def manned(self, person: Actor) -> Actor:
        """The person, who looks at the desk every so often while something happens."""
        return NowAndThen(person, EVERY, self.events, self.clock)


def analysts_of(desk: Desk, opener: Shows, knowledge: Knowledge) -> Sequence[Actor]:
    """Who looks first, and who looks at what one person decided."""
    accounts, clock = desk.accounts, desk.clock
    first = Analyst(accounts["ada"], opener, knowledge, clock)
    second = SecondAnalyst(accounts["ben"], opener, knowledge, clock)
    return desk.manned(first), desk.manned(second)


def officers_of(desk: Desk, world: World, say: Say) -> Sequence[Actor]:
    """Who decides whom the hotline writes to, and fills in forms."""
    wrong = {site.place.abuse for site in world.hosts.values() if not site.place.findable}
    keeper = ContactKeeper(desk.accounts["cleo"], wrong, say, desk.clock)
    return desk.manned(keeper), FormFiller(world, say, desk.clock)


def knowledge_of(world: World, key: IndexKey) -> Knowledge:
    """What the world says of its pictures: which of them are declared harmless."""
    items = (item for site in world.hosts.values() for item in site.items if item.kind == "harmless")
    return Knowledge(frozenset(key.address_digest(read_url(world.url(item))) for item in items))
