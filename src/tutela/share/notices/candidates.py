"""What is believed of an address that somebody named, and what makes a candidate of it.

A registry writes down what the holder of a number or a name wants to stand there. So nothing that a registry
names is used for the first time without a person, and nothing that belongs to the reported site ever is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from tutela.share.notices.book import BookEntry
from tutela.share.notices.contacts import ABUSE, Named
from tutela.share.notices.ladder import Candidate, Kind, Person, Provenance, Reason, Rung
from tutela.share.notices.languages import languages_for
from tutela.share.notices.places import Place
from tutela.share.notices.routing import Delisting, Route

#: Mailboxes that anybody can open: an abuse desk that has one is small, or none (our own list).
FREE_MAILBOXES = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "ymail.com"}
    | {"icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "tutanota.com", "tuta.com"}
    | {"gmx.net", "gmx.de", "gmx.com", "web.de", "mail.ru", "bk.ru", "inbox.ru", "yandex.ru", "yandex.com"}
    | {"qq.com", "163.com", "126.com", "cock.li", "zoho.com"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """From where a group of addresses is: the rung it is for, and whose name stands in for theirs."""

    rung: Rung
    provenance: Provenance
    holder: str = ""
    country: str = ""
    proxy_service: bool = False


def named_candidate(place: Place, named: Named, origin: Origin) -> Candidate:
    """The candidate of an address that a registry or the site named."""
    country = named.country or origin.country
    reasons = tuple(_reasons(place, named, origin))
    return Candidate(
        rung=origin.rung,
        kind=named.way.kind,
        address=named.way.address,
        organisation=named.organisation or origin.holder,
        country=country,
        languages=languages_for(country, named.languages),
        provenance=replace(origin.provenance, path=named.way.path),
        reasons=reasons,
        person=_person(reasons),
        proxy_service=origin.proxy_service,
    )


def book_candidate(place: Place, entry: BookEntry, found: Candidate | None = None) -> Candidate:
    """The candidate of an entry of the book, for the rung of ``found`` where it stands for that.

    An entry that nobody approved and that a registry names too has two sources.
    """
    reasons: list[Reason] = ["from_book"]
    if found is not None and found.proxy_service:
        reasons.append("origin_unknown")
    if not entry.approved:
        agrees = found is not None and (found.kind, found.address) == (entry.kind, entry.address)
        reasons.append("book_agrees" if agrees else "unconfirmed")
        reasons += ["could_be_the_offender"] if _is_the_sites(place, entry.kind, entry.address) else []
    country = entry.country or (found.country if found else "")
    return Candidate(
        rung=found.rung if found else entry.rung,
        kind=entry.kind,
        address=entry.address,
        organisation=entry.organisation,
        country=country,
        languages=languages_for(country, entry.languages),
        provenance=Provenance(source="book", at=entry.changed_at),
        reasons=tuple(reasons),
        person=_person(reasons),
        proxy_service=found is not None and found.proxy_service,
    )


def route_candidate(route: Route, at: datetime) -> Candidate:
    """The hotline of the country where the place is hosted, or the directory that leads to one."""
    reasons: list[Reason] = ["own_table"]
    reasons += [] if route.confirmed else ["unconfirmed"]
    reasons += [] if route.known else ["no_hotline_known"]
    return _form_candidate("hotline", route, reasons, at)


def delisting_candidate(service: Delisting, at: datetime) -> Candidate:
    """A search engine or cache that can stop showing the place."""
    reasons: list[Reason] = ["own_table"] if service.grade == "A" else ["own_table", "unconfirmed"]
    return _form_candidate("index", service, reasons, at)


def ordered(candidates: Iterable[Candidate], rungs: Sequence[Rung]) -> tuple[Candidate, ...]:
    """The ladder: by rung, on each first who needs no person, mail before forms; nobody twice."""
    persons: tuple[Person, ...] = ("none", "first_contact", "always")
    kinds: tuple[Kind, ...] = ("api", "mail", "form")
    rows = sorted(
        candidates,
        key=lambda one: (rungs.index(one.rung), persons.index(one.person), kinds.index(one.kind)),
    )
    first: dict[tuple[Kind, str], Candidate] = {}
    for one in rows:
        first.setdefault((one.kind, one.address.lower()), one)
    return tuple(first.values())


def _form_candidate(rung: Rung, who: Route | Delisting, reasons: Sequence[Reason], at: datetime) -> Candidate:
    return Candidate(
        rung=rung,
        kind="form",
        address=who.web,
        organisation=who.name,
        country=who.country,
        languages=languages_for(who.country),
        provenance=Provenance(source="table", at=at),
        reasons=tuple(reasons),
        person=_person(reasons),
    )


def _reasons(place: Place, named: Named, origin: Origin) -> Iterable[Reason]:
    source = origin.provenance.source
    yield "abuse_role" if named.role == ABUSE else "guessed" if source == "rfc2142" else "not_for_abuse"
    if _is_the_sites(place, named.way.kind, named.way.address) or _speaks_for_the_site(place, origin):
        yield "could_be_the_offender"
    if named.way.kind == "mail" and named.way.address.rpartition("@")[2] in FREE_MAILBOXES:
        yield "free_mailbox"
    if origin.proxy_service:
        yield "origin_unknown"
    yield "unconfirmed"


def _speaks_for_the_site(place: Place, origin: Origin) -> bool:
    """Whether the site wrote it, or somebody about themselves as its owner and not as a platform's."""
    if origin.provenance.source == "security_txt":
        return True
    return origin.rung == "site_owner" and not place.site.is_given_out


def _is_the_sites(place: Place, kind: Kind, address: str) -> bool:
    """Whether an address is the reported site's own: equal to its name, or under it."""
    domain = address.rpartition("@")[2] if kind == "mail" else urlsplit(address).hostname or ""
    return place.site.owns(domain) or domain == place.host


def _person(reasons: Iterable[Reason]) -> Person:
    """Who has to agree. A confirmation, or two sources, free an address; never the offender's."""
    given = frozenset(reasons)
    if "could_be_the_offender" in given:
        return "always"
    trusted = "book_agrees" in given or ("from_book" in given and "unconfirmed" not in given)
    return "none" if trusted else "first_contact"
