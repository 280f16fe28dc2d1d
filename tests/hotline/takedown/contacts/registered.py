"""A rig whose place stands in a network that a registry knows, asked through a table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.hotline.cases.rig import KNOWN, PLACE, DigestLooker, Rig
from tests.share.notices.registry_answers import (
    ADDRESS,
    NAMES,
    NETWORK_URL,
    bootstrap,
    domain,
    entity,
    hoster,
)
from tutela.hotline.cases import coming
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.contacts.models import Contact
from tutela.kernel.egress.replaying import Recorded
from tutela.share.notices.asking import Asker
from tutela.share.notices.pace import Pace
from tutela.share.notices.registries import MemoryRegistries

#: What the registry names as the desk of the place's network.
DESK = "abuse@hoster.test"
DOMAIN_URL = f"{NAMES}domain/host.test"
THERE = Recorded(body=KNOWN, address=ADDRESS)


class Registered(Rig):
    """The rig; ``registries.table`` is what registries say."""

    def __post_init__(self) -> None:
        super().__post_init__()
        desk = entity("registrar", below=(entity("abuse", mails=("abuse@registrar.test",)),))
        self.registries = MemoryRegistries(
            {NETWORK_URL: hoster(), DOMAIN_URL: domain(desk, name="host.test")}
        )
        pace = Pace(per_second=1_000_000.0, clock=self.clock)
        self.asker = Asker(self.registries, bootstrap(), clock=self.clock, pace=pace)

    def found(self) -> Item:
        """An item that was reported, fetched and known, and looked up in a job of its own."""
        item = self.reported()
        with pytest.MonkeyPatch.context() as nothing_ahead:
            nothing_ahead.setattr(coming, "look_ahead", lambda *_: None)
            assert self.work()[-1] == "takedown_find finished"
        return item

    def again(self) -> list[str]:
        """What is done after two seconds: jobs that concern one host do not begin in one."""
        self.clock.advance(2)
        return self.work()


@contextmanager
def registered(there: Recorded = THERE) -> Iterator[Registered]:
    yield Registered(recorded={PLACE: there}, looker=DigestLooker())


def the_contact(rung: str = "hoster") -> Contact:
    return Contact.objects.get(rung=rung)
