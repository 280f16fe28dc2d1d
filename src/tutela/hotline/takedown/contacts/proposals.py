"""Somebody whom a look-up found, as it is kept or proposed. No Django here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.takedown.contacts.keys import stored_key
from tutela.share.notices.book import network_key
from tutela.share.notices.finding import Found
from tutela.share.notices.ladder import Candidate, Rung
from tutela.share.notices.places import Place

#: Rungs on which somebody is told by this chain, the first first; search engines and hotlines of other
#: countries take forms only, and come when nobody of these could be told.
TOLD_RUNGS: tuple[Rung, ...] = ("hoster", "site_owner", "upstream", "registrar")
#: Rungs on which a person tells by hand, and no machine ever: the hotline of the country where the host
#: stands, and search engines and caches. Their addresses are from tables, or from the house's own book.
HANDED_RUNGS: tuple[Rung, ...] = ("hotline", "index")
#: Everybody whom a person may tell by hand: hosts, where they take web forms only, and those.
BY_HAND: tuple[Rung, ...] = (*TOLD_RUNGS, *HANDED_RUNGS)
#: Rung of an authority whose order was handed on: it is told by hand that the order is taken back.
AUTHORITY: Final = "authority"
#: The longest address of a form, and of a name, that is kept.
ADDRESS_MAX, NAME_MAX = 500, 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A candidate without the place that it was found for: ``key`` is as the database holds it.

    ``agreed`` says that nobody has to agree any more: the house's book, or two sources, speak for it.
    """

    key: str
    rung: Rung
    kind: str
    address: str = field(repr=False)
    organisation: str = field(repr=False)
    country: str
    languages: tuple[str, ...]
    source: str
    answer_sha256: str
    reasons: tuple[str, ...]
    found_at: datetime
    agreed: bool
    is_proxy: bool


def proposals_of(place: Place, found: Found, index: IndexKey) -> tuple[Proposal, ...]:
    """Everybody who could be told, in the order of the ladder; never who could be the offender."""
    return tuple(
        _proposal(one, stored_key(key, index))
        for one, key in _keyed(place, found)
        if len(one.address) <= ADDRESS_MAX
    )


def hand_overs_of(found: Found) -> tuple[Proposal, ...]:
    """Whom a person could tell by hand. No hotline where a proxy hides the host: its country is not known."""
    return tuple(
        _proposal(one, hand_over_key(one))
        for one in found.candidates
        if one.rung in HANDED_RUNGS
        and one.provenance.source == "table"
        and not (one.rung == "hotline" and found.proxy is not None)
    )


def hand_over_key(one: Candidate) -> str:
    """What a contact that is told by hand is for: a country, or an engine, and nothing of the place."""
    return f"country:{one.country}" if one.rung == "hotline" else f"engine:{one.organisation}"


def passed_over(found: Found) -> int:
    """How many addresses could be the offender's: they are left out, and counted."""
    return sum(one.could_be_the_offender for one in found.candidates)


def _keyed(place: Place, found: Found) -> Iterator[tuple[Candidate, str]]:
    """Each candidate with what an approval of it would be for: never more than it was found for."""
    for one in _tellable(found.candidates):
        if one.rung in ("site_owner", "registrar"):
            yield one, f"site:{place.site.registered or place.host}"
        elif found.network is not None:
            yield one, network_key(found.network)
        else:
            yield one, f"host:{place.host}"


def _tellable(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    for one in candidates:
        if one.rung in TOLD_RUNGS and one.kind in ("mail", "form") and not one.could_be_the_offender:
            yield one


def _proposal(one: Candidate, key: str) -> Proposal:
    return Proposal(
        key=key,
        rung=one.rung,
        kind=one.kind,
        address=one.address,
        organisation=one.organisation[:NAME_MAX],
        country=one.country,
        languages=one.languages,
        source=one.provenance.source,
        answer_sha256=one.provenance.sha256,
        reasons=one.reasons,
        found_at=one.provenance.at,
        agreed=one.person == "none",
        is_proxy=one.proxy_service,
    )
