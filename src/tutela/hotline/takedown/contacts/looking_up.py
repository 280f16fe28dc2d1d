"""The look-up of a worker: one look at the place, and the questions to registries that follow from it.

For a moment the worker knows the address of the place, from the fetcher's answer. What leaves here is whom
one could tell, without it. No transaction is open; all of it may be done twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.looking_ahead import Place as SeenPlace
from tutela.hotline.cases.models import Sighting
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.takedown.actions.sending import FRESH_MINUTES
from tutela.hotline.takedown.contacts.book import HotlineBook
from tutela.hotline.takedown.contacts.proposals import (
    Proposal,
    hand_overs_of,
    passed_over,
    proposals_of,
)
from tutela.hotline.takedown.judging import Judged
from tutela.hotline.takedown.permitting import may_write_at_once
from tutela.hotline.takedown.removal import Result
from tutela.hotline.takedown.seeing import Seen, see
from tutela.kernel.errors import Invalid
from tutela.kernel.fetcher.orders import DIRECT
from tutela.share.notices.finding import find_recipients
from tutela.share.notices.places import Place, read_place

#: Seconds: what a registry said is at most so old when a notice goes out (issue 5: a fresh look-up then).
FRESH_SECONDS = FRESH_MINUTES * 60.0
#: Looks after which there is nobody to be told: there is nothing any more.
NOTHING_THERE: frozenset[Result] = frozenset({"gone", "changed"})


@dataclass(frozen=True, kw_only=True, slots=True)
class LookUp:
    """What a look and a look-up brought. ``seen`` is None where nobody here can ask registries.

    ``hand_overs`` are told by a person's hand. ``retry_after_seconds``: a registry has to be asked again
    then. ``country`` is where the host stands, ``network_number`` that of the autonomous system that
    announces it.
    """

    seen: Seen | None = None
    proposals: tuple[Proposal, ...] = ()
    hand_overs: tuple[Proposal, ...] = ()
    passed_over: int = 0
    country: str = ""
    network_number: int | None = None
    retry_after_seconds: float | None = None


def look_up(sighting: Sighting, tools: Equipment) -> LookUp:
    """Who can take the place down, as registries and the book say now. Raises Unavailable, Refused."""
    if tools.asker is None:
        return LookUp()
    return look_up_seen(see_it(sighting, tools), tools)


def look_up_seen(seen: Seen, tools: Equipment) -> LookUp:
    """The same after a look that was made already."""
    place = _place(seen)
    if tools.asker is None or place is None or seen.judged.result in NOTHING_THERE:
        return LookUp(seen=seen)
    found = find_recipients(
        place,
        tools.asker,
        book=HotlineBook(tools.index_key),
        own_country=mandate_in_force().jurisdiction[:2],
        max_age_seconds=FRESH_SECONDS,
        clock=tools.clock,
    )
    return LookUp(
        seen=seen,
        proposals=proposals_of(place, found, tools.index_key()),
        hand_overs=hand_overs_of(found),
        passed_over=passed_over(found),
        country=found.country,
        network_number=next(iter(found.network.numbers), None) if found.network else None,
        retry_after_seconds=found.retry_after_seconds,
    )


def look_up_ahead(place: SeenPlace) -> LookUp | None:
    """The same for a place whose known bytes were fetched a moment ago; None where nobody may be told yet.

    Raises Unavailable.
    """
    tools = place.tools
    if tools.asker is None or not may_write_at_once(tools.clock):
        return None
    judged = Judged(result="present", reason="same_bytes")
    seen = Seen(vantage=DIRECT, at=place.at, judged=judged, there=place.url, met=place.machine)
    return look_up_seen(seen, tools)


def see_it(sighting: Sighting, tools: Equipment) -> Seen:
    """A look on the way on which it was fetched; where the host refuses that one, on the next ones.

    It is the way that tells the machine's address: a proxy keeps it to itself.
    """
    seen = see(sighting, DIRECT, tools)
    for vantage in tools.vantages:
        if seen.judged.result != "blocked":
            break
        if vantage != DIRECT:
            other = see(sighting, vantage, tools)
            seen = replace(other, met=other.met or seen.met)
    return seen


def _place(seen: Seen) -> Place | None:
    """The place whose address a notice names, wherever its redirects lead: who can take those away there."""
    if seen.there is None:
        return None
    try:
        return read_place(seen.there.canonical, address=seen.met)
    except Invalid:
        return read_place(seen.there.canonical)
