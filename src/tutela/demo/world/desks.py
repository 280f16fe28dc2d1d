"""The abuse desks: each reads a letter as a machine does, tells its hosts, and answers by their character."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from tutela.demo.world.letters_read import addresses_of, numbers_of
from tutela.demo.world.planted import Item
from tutela.demo.world.sites import Site
from tutela.kernel.clock import Clock

#: Seconds that a proxy's desk takes to hand a letter on to the hoster behind it.
FORWARD_SECONDS = 3_600.0
#: What a desk says that finds no address of its own in a letter.
NOTHING_FOUND = "We could not find an address on our network in your message."
NOT_OURS = "This address is not hosted by us. We cannot help you."
TAKEN_BACK = "The content has been restored."
PASSED_ON = "We are a proxy only. Your message has been forwarded to the hoster: {hoster}"


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRead:
    """One letter at one desk: what it named of the desk's own, and what it answered (empty: nothing)."""

    desk: str
    message_id: str
    at: datetime
    items: tuple[str, ...]
    answer: str
    #: (number of a notice, item) of each place that the letter numbers.
    numbered: tuple[tuple[str, str], ...] = ()


class Desks:
    """Every abuse desk of the world, by address."""

    def __init__(self, sites: Sequence[Site], clock: Clock, *, proxies: frozenset[str] = frozenset()) -> None:
        self._sites: Mapping[str, Site] = {site.name: site for site in sites}
        self._clock, self._proxies = clock, proxies
        self._desks = {one for site in sites for one in (site.place.hoster, site.place.abuse)} - {""}
        #: Every letter that a desk has read, in order.
        self.read_letters: list[LetterRead] = []

    def has(self, address: str) -> bool:
        """Whether there is a desk at this address."""
        return address in self._desks

    def read(self, desk: str, letter: EmailMessage) -> str:
        """What the desk answers, empty where it never answers. Its hosts are told.

        A letter that names nothing and answers one that did takes that one back.
        """
        named = list(self._named(letter))
        if not named and self._take_back(desk, letter):
            return self._kept(desk, letter, (), TAKEN_BACK)
        answers = [self._act(desk, site, item) for site, item in named]
        answer = next(iter(dict.fromkeys(answers)), NOTHING_FOUND)
        if not named and not self._answers_at_all(desk):
            answer = ""
        return self._kept(desk, letter, tuple(item.name for _, item in named), answer)

    def _kept(self, desk: str, letter: EmailMessage, items: tuple[str, ...], answer: str) -> str:
        """The answer, after it was noted what was read."""
        self.read_letters.append(
            LetterRead(
                desk=desk,
                message_id=str(letter["Message-ID"] or ""),
                at=self._clock.now(),
                items=items,
                answer=answer,
                numbered=tuple(self._numbered(letter)),
            )
        )
        return answer

    def _take_back(self, desk: str, letter: EmailMessage) -> bool:
        """Whether this desk has read the letter that is answered; what the subject numbers is shown again.

        All that it named, where it had no numbers.
        """
        answered, subject = str(letter["In-Reply-To"] or ""), str(letter["Subject"] or "")
        read = [one for one in self.read_letters if (one.desk, one.message_id) == (desk, answered)]
        names = {name for one in read for number, name in one.numbered if number in subject}
        names |= {name for one in read if not one.numbered for name in one.items}
        for site in self._sites.values():
            for item in site.items:
                if item.name in names:
                    site.take_back(item)
        return bool(names)

    def _named(self, letter: EmailMessage) -> Iterator[tuple[Site, Item]]:
        """(site, item) of everything that the letter names and the world has."""
        for address in addresses_of(letter):
            parts = urlsplit(address)
            site = self._sites.get((parts.hostname or "").lower())
            if site is not None:
                yield from ((site, item) for item in site.items_at(unquote(parts.path)))

    def _numbered(self, letter: EmailMessage) -> Iterator[tuple[str, str]]:
        for address, number in numbers_of(letter):
            parts = urlsplit(address)
            site = self._sites.get((parts.hostname or "").lower())
            if site is not None:
                yield from ((number, item.name) for item in site.items_at(unquote(parts.path)))

    def _act(self, desk: str, site: Site, item: Item) -> str:
        """What the desk says about one item; told is who can remove it."""
        if desk in self._proxies and desk != site.place.hoster:
            site.tell(item, self._clock.now() + timedelta(seconds=FORWARD_SECONDS))
            return PASSED_ON.format(hoster=site.place.hoster)
        if desk != site.place.hoster:
            return "" if desk == site.place.owner else NOT_OURS
        if site.character.heeds_mail:
            site.tell(item, self._clock.now())
        return site.character.reply

    def _answers_at_all(self, desk: str) -> bool:
        own = [site for site in self._sites.values() if site.place.hoster == desk]
        return any(site.character.reply for site in own) or not own
