"""Who works at the desk in the story, each by the actions behind their pages, with a sample account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from tutela.demo.chain.analysts import Analyst, Knowledge, SecondAnalyst
from tutela.demo.chain.officer import ContactKeeper, FormFiller
from tutela.demo.chain.passing import Actor
from tutela.demo.chain.staff import Account
from tutela.demo.chain.telling import Say
from tutela.demo.chain.waiting import NowAndThen
from tutela.demo.world import World
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.ledger.queries import entry_count
from tutela.kernel.clock import Clock
from tutela.kernel.egress.urls import read_url
from tutela.kernel.opener.asking import Shows

#: How often a person on duty looks at the desk.
EVERY = timedelta(minutes=20)


def analysts_of(
    accounts: Mapping[str, Account], opener: Shows, knowledge: Knowledge, clock: Clock
) -> Sequence[Actor]:
    """Who looks first, and who looks at what one person decided."""
    first = Analyst(accounts["ada"], opener, knowledge, clock)
    second = SecondAnalyst(accounts["ben"], opener, knowledge, clock)
    return _now_and_then(first, clock), _now_and_then(second, clock)


def officers_of(world: World, accounts: Mapping[str, Account], say: Say, clock: Clock) -> Sequence[Actor]:
    """Who decides whom the hotline writes to, and fills in forms."""
    wrong = {site.place.abuse for site in world.hosts.values() if not site.place.findable}
    keeper = ContactKeeper(accounts["cleo"], wrong, say, clock)
    return _now_and_then(keeper, clock), FormFiller(world, say, clock)


def _now_and_then(person: Actor, clock: Clock) -> Actor:
    return NowAndThen(person, EVERY, entry_count, clock)


def knowledge_of(world: World, key: IndexKey) -> Knowledge:
    """What the world says of its pictures: which of them are declared harmless."""
    items = (item for site in world.hosts.values() for item in site.items if item.kind == "harmless")
    return Knowledge(frozenset(key.address_digest(read_url(world.url(item))) for item in items))
