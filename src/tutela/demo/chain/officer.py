"""The takedown officer of the story: she approves contacts, and fills in forms where a host wants one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tutela.demo.chain.staff import Account
from tutela.demo.chain.telling import Say
from tutela.demo.chain.waiting import Waits
from tutela.demo.world import World
from tutela.demo.world.answers import Request
from tutela.demo.world.characters import FormOnly
from tutela.demo.world.planted import Item
from tutela.demo.world.sites import FORM_PATH, Site
from tutela.hotline.takedown.actions.approving import approve_contact, refuse_contact
from tutela.hotline.takedown.contacts.queries import ContactRow, contacts
from tutela.kernel.clock import Clock

#: After how long she comes to a form.
FORMS_AFTER = timedelta(hours=20)


class ContactKeeper:
    """Approves contacts, and refuses those that she knows to be the wrong ones, having asked there.

    ``wrong`` are addresses that registries give out and that lead to nobody who can remove anything.
    """

    def __init__(self, account: Account, wrong: Collection[str], say: Say, clock: Clock) -> None:
        self._account, self._wrong, self._say, self._clock = account, wrong, say, clock

    def act(self) -> bool:
        """Whether a contact was decided on."""
        proposed = contacts("proposed")
        for row in proposed:
            self._decide(row)
        return bool(proposed)

    def next_moment(self) -> datetime | None:
        """None: what is proposed is decided when she looks."""
        return None

    def _decide(self, row: ContactRow) -> None:
        if row.address not in self._wrong:
            approve_contact(row.public_id, actor=self._account.actor, clock=self._clock)
            return
        refuse_contact(row.public_id, actor=self._account.actor, clock=self._clock)
        self._say(f"      {row.address}: refused by a person, it is not who hosts this; nobody is told there")


class FormFiller:
    """Fills in the form of a host whose desk answers a letter with its address."""

    def __init__(self, world: World, say: Say, clock: Clock) -> None:
        self._world, self._say, self._clock = world, say, clock
        self._sites = [one for one in world.hosts.values() if isinstance(one.character, FormOnly)]
        self._filed: set[str] = set()
        self._waits = Waits(FORMS_AFTER, clock)

    def act(self) -> bool:
        """Whether a form was filled in."""
        open_ones = [(site, item) for site in self._sites for item in self._told(site)]
        if not self._waits.is_time(waiting=bool(open_ones)):
            return False
        for site, item in open_ones:
            self._file(site, item)
        hosts = ", ".join(sorted({site.name for site, _ in open_ones}))
        self._say(
            f"      {hosts}: takes no letters; the form was filled in by hand for {len(open_ones)} places"
        )
        return True

    def next_moment(self) -> datetime | None:
        """When she comes to the forms."""
        return self._waits.due

    def _told(self, site: Site) -> list[Item]:
        """What a letter to its desk named, and nobody has filed yet."""
        read = [one for one in self._world.desks.read_letters if one.desk == site.place.hoster]
        named = {name for one in read for name in one.items} - self._filed
        return [item for item in site.items if item.name in named]

    def _file(self, site: Site, item: Item) -> None:
        body = urlencode({"url": self._world.url(item), "reason": "Illegal content"}).encode()
        request = Request(method="POST", path=FORM_PATH, host=site.name, source="", body=body)
        site.answer(request, self._clock.now())
        self._filed.add(item.name)
