"""Who can take a place down, as a ladder: one look-up over registries, the book, and tables.

A look-up asks what it may ask now. What has to wait, or did not answer, stands in ``troubles`` with the time
after which the same look-up is to be made again; what was answered is kept until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid
from tutela.share.notices.asking import Asker, Told, Trouble
from tutela.share.notices.book import BookEntry, ContactsBook, MemoryBook, mail_key, place_keys
from tutela.share.notices.candidates import (
    Origin,
    book_candidate,
    delisting_candidate,
    named_candidate,
    ordered,
    route_candidate,
)
from tutela.share.notices.contacts import (
    ABUSE,
    Named,
    abuse_contacts,
    owner_contacts,
    registrar_contacts,
    shortened,
)
from tutela.share.notices.jcards import Way
from tutela.share.notices.ladder import RUNGS, Candidate, Provenance, Rung, Source
from tutela.share.notices.places import Place
from tutela.share.notices.proxies import Proxy, ProxySeen, proxy_of
from tutela.share.notices.rdap import DomainRecord, Entity, NetworkRecord, NumberRecord
from tutela.share.notices.routing import delisting_services, route_for
from tutela.share.notices.security_txt import SecurityText

#: Seconds for which an answer is good enough for a first look (standards 10c.1: a day). Just before sending
#: a caller asks with a quarter of an hour (issue 5).
MAX_AGE_SECONDS = 86_400.0
#: The least that may be asked for: a look-up waits between its questions, and would never come to an end with
#: answers that are too old by then.
MAX_AGE_SECONDS_MIN = 60.0
#: The mailbox that every domain should have for this (RFC 2142 section 2).
ABUSE_MAILBOX = "abuse"
#: Shortened entries of one answer that are asked for (our own).
ENTITIES_ASKED_MAX = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The ladder of one place. ``set_aside`` are those whom the book replaced.

    ``country`` (ISO 3166-1 alpha-2 or empty) is where the host is, by the place or else by the registry.
    ``network`` is the record that holds the address, ``proxy`` who stands in front of the host; ``answers``
    are all answers that were used, the address of each and its digest.
    """

    candidates: tuple[Candidate, ...]
    set_aside: tuple[Candidate, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    country: str = ""
    network: NetworkRecord | None = field(default=None, repr=False)
    proxy: ProxySeen | None = None
    answers: tuple[Provenance, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left that another look-up could bring."""
        return self.retry_after_seconds is None

    @property
    def retry_after_seconds(self) -> float | None:
        """Seconds after which to look again, None where that brings nothing."""
        waits = [one.retry_after_seconds for one in self.troubles if one.retry_after_seconds is not None]
        return min(waits, default=None)

    def on(self, rung: Rung) -> tuple[Candidate, ...]:
        """The candidates of one rung, the best first."""
        return tuple(one for one in self.candidates if one.rung == rung)


def find_recipients(
    place: Place,
    asker: Asker,
    *,
    book: ContactsBook | None = None,
    own_country: str = "",
    max_age_seconds: float = MAX_AGE_SECONDS,
    ask_site: bool = False,
    proxies: Sequence[Proxy] | None = None,
    clock: Clock | None = None,
) -> Found:
    """Everybody who can take the place down, in the order in which they are told.

    ``own_country`` is that of this house: its hotline is not told about itself. ``ask_site`` allows a look
    at the site's security.txt where nobody else is named; it lets the site know that somebody looks.
    ``proxies`` replaces those of the release: for demonstrations. Raises Invalid for an age below
    ``MAX_AGE_SECONDS_MIN``, and Unavailable only where the book is not there.
    """
    if not max_age_seconds >= MAX_AGE_SECONDS_MIN:
        raise Invalid(f"an answer may be {MAX_AGE_SECONDS_MIN:.0f} s old, or older", field="max_age_seconds")
    now = (clock or SystemClock()).now()
    looking = _Looking(place, asker, now=now, age=max_age_seconds, proxies=proxies)
    looking.look(ask_site=ask_site)
    country = place.country or (looking.network.country if looking.network else "")
    tables = [delisting_candidate(service, looking.now) for service in delisting_services()]
    if country and country != own_country:
        tables.append(route_candidate(route_for(country), looking.now))
    named, set_aside = _by_the_book(place, looking, book or MemoryBook())
    return Found(
        candidates=ordered([*named, *tables], RUNGS),
        set_aside=tuple(set_aside),
        troubles=tuple(looking.troubles),
        country=country,
        network=looking.network,
        proxy=looking.proxy,
        answers=tuple(looking.answers),
    )


class _Looking:
    """One look-up while it goes on."""

    def __init__(
        self, place: Place, asker: Asker, *, now: datetime, age: float, proxies: Sequence[Proxy] | None
    ) -> None:
        self.place, self.now = place, now
        self._asker, self._age, self._proxies = asker, age, proxies
        self.network: NetworkRecord | None = None
        self.proxy: ProxySeen | None = None
        self.numbers: tuple[int, ...] = (place.network_number,) if place.network_number else ()
        self.candidates: list[Candidate] = []
        self.troubles: list[Trouble] = []
        self.answers: list[Provenance] = []

    def look(self, *, ask_site: bool) -> None:
        """Asks for each rung in turn, and the site itself where that is allowed."""
        if self.place.address is None:
            self.troubles.append(Trouble(question="network", reason="no_address"))
        else:
            self._look_at_network(self._asker.network(self.place.address, self._age))
        self.proxy = self.proxy or proxy_of(self.place, proxies=self._proxies)
        for number in self.numbers[:1]:
            self._look_above(self._asker.number(number, self._age), "rdap_number")
        if self.place.site.registered:
            self._look_at_domain(self._asker.domain(self.place.site.registered, self._age))
        if ask_site and not self.candidates and not self.place.is_onion:
            self._look_at_site(self._asker.security_text(self.place, self._age))
        self._guess()

    def _look_at_network(self, told: Told[NetworkRecord] | Trouble) -> None:
        provenance = self._used(told, "rdap_network")
        if isinstance(told, Trouble) or provenance is None:
            return
        self.network = record = told.record
        self.numbers = self.numbers or record.numbers
        self.proxy = proxy_of(self.place, record.name, frozenset(record.numbers), proxies=self._proxies)
        origin = Origin(
            rung="hoster",
            provenance=provenance,
            holder=record.name,
            country=record.country,
            proxy_service=self.proxy is not None,
        )
        named = abuse_contacts(record.entities)
        whole = [] if named else self._whole_entries(record.entities, told.url)
        self._add(origin, named)
        for source, entities in whole:
            self._add(_from(origin, source), abuse_contacts(entities))
        if record.untrusted_parent_url:
            self._look_above(self._asker.parent(told, self._age), "rdap_parent")

    def _look_above(self, told: Told[NetworkRecord] | Told[NumberRecord] | Trouble, source: Source) -> None:
        provenance = self._used(told, source)
        if isinstance(told, Told) and provenance is not None:
            record = told.record
            origin = Origin(
                rung="upstream", provenance=provenance, holder=record.name, country=record.country
            )
            self._add(origin, abuse_contacts(record.entities))

    def _look_at_domain(self, told: Told[DomainRecord] | Trouble) -> None:
        provenance = self._used(told, "rdap_domain")
        if isinstance(told, Told) and provenance is not None:
            self._add(
                Origin(rung="registrar", provenance=provenance), registrar_contacts(told.record.entities)
            )
            self._add(Origin(rung="site_owner", provenance=provenance), owner_contacts(told.record.entities))

    def _look_at_site(self, told: Told[SecurityText] | Trouble) -> None:
        provenance = self._used(told, "security_txt")
        if isinstance(told, Told) and provenance is not None:
            languages = told.record.languages
            named = [
                Named(way=way, role="", organisation="", languages=languages) for way in told.record.ways
            ]
            self._add(Origin(rung="site_owner", provenance=provenance), named)

    def _guess(self) -> None:
        """The mailbox that the registered name should have."""
        name = self.place.site.registered
        if name:
            way = Way(kind="mail", address=f"{ABUSE_MAILBOX}@{name}", path="")
            guess = Named(way=way, role="", organisation="")
            provenance = Provenance(source="rfc2142", at=self.now)
            self._add(Origin(rung="site_owner", provenance=provenance), [guess])

    def _whole_entries(
        self, entities: tuple[Entity, ...], asked_url: str
    ) -> Iterator[tuple[Provenance, tuple[Entity, ...]]]:
        for entity in shortened(entities)[:ENTITIES_ASKED_MAX]:
            told = self._asker.entity(entity.untrusted_more_url, asked_url, self._age)
            provenance = self._used(told, "rdap_entity")
            if isinstance(told, Told) and provenance is not None:
                first, *rest = told.record.entities
                yield provenance, (_as_abuse(first), *rest)

    def _used(self, told: Told[Any] | Trouble, source: Source) -> Provenance | None:
        """Where an answer is from, noted; None where there is none."""
        if isinstance(told, Trouble):
            self.troubles.append(told)
            return None
        provenance = Provenance(source=source, url=told.url, at=told.at, sha256=told.sha256)
        self.answers.append(provenance)
        return provenance

    def _add(self, origin: Origin, named: Iterable[Named]) -> None:
        self.candidates += [named_candidate(self.place, one, origin) for one in named]


def _by_the_book(
    place: Place, looking: _Looking, book: ContactsBook
) -> tuple[list[Candidate], list[Candidate]]:
    """The candidates after the book was asked, and those whom it replaced."""
    mails = {mail_key(one.address): one for one in looking.candidates if one.kind == "mail"}
    proxy_name = looking.proxy.name if looking.proxy else ""
    keys = place_keys(place, looking.numbers, proxy_name, looking.network)
    entries = list(book.entries([*keys, *mails]))
    narrowest: dict[Rung, str] = {}
    for entry in entries:
        if entry.key not in mails:
            narrowest.setdefault(entry.rung, entry.key)
    kept: list[Candidate] = []
    set_aside: list[Candidate] = []
    for found in looking.candidates:
        instead = [one for one in entries if one.key == mail_key(found.address) and found.kind == "mail"]
        replaced = found.rung in narrowest or bool(instead)
        (set_aside if replaced else kept).append(found)
        if found.rung not in narrowest:
            kept += [book_candidate(place, entry, found) for entry in instead]
    kept += [
        _with_found(place, entry, looking.candidates)
        for entry in entries
        if entry.key not in mails and narrowest[entry.rung] == entry.key
    ]
    return kept, set_aside


def _with_found(place: Place, entry: BookEntry, candidates: list[Candidate]) -> Candidate:
    """The candidate of an entry, beside what was found on its rung."""
    beside = [one for one in candidates if one.rung == entry.rung]
    same = [one for one in beside if (one.kind, one.address) == (entry.kind, entry.address)]
    return book_candidate(place, entry, next(iter([*same, *beside]), None))


def _from(origin: Origin, provenance: Provenance) -> Origin:
    return replace(origin, provenance=provenance)


def _as_abuse(entity: Entity) -> Entity:
    """The whole entry of somebody, in the role for which they were looked up."""
    return replace(entity, roles=entity.roles | {ABUSE})
