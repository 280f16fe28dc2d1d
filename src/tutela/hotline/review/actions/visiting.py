"""Visiting a page that one fetch does not reach: each step is written down before anybody reads of it.

The visitor's process has the browser; words come from there, and sealed addresses. A person visits only a
page that they have before them, under the mandate's leave to fetch and to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models, transaction

from tutela.hotline.cases.actions import record_picked, record_visited
from tutela.hotline.cases.acts import PLACES
from tutela.hotline.cases.addresses import SealedAddress
from tutela.hotline.cases.found_pages import FoundMedium
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import person as actor_of
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.models import Person
from tutela.hotline.review.access import access_turn, check_looking
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.visiting.asking import Visits
from tutela.kernel.visiting.orders import Act, Named, Shown, Taken, VisitOrder

_MACHINE_CLOCK = SystemClock()
#: What the mandate has to grant: the browser meets the host and follows it, and what it showed is kept.
NEEDED = ("fetch_page", "follow_links", "store_evidence")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One person's visit of one page that they have before them. ``turn`` names it."""

    person: Person
    turn: str
    item: Item
    visitor: Visits = field(repr=False)

    def order(self, act: Act, *, step: int = 0, keys: Sequence[int] = ()) -> VisitOrder:
        """A question about this visit. Raises Refused for numbers that are none."""
        try:
            return VisitOrder(act=act, visit=self.turn, item=self.item.public_id, step=step, keys=tuple(keys))
        except ValueError as error:
            raise Refused("choose a number that stands on the page") from error


def access_visit(
    person: Person, turn: str, untrusted_item: str, *, visitor: Visits, clock: Clock = _MACHINE_CLOCK
) -> Visit:
    """The visit of a page that this person has before them, begun or not. Raises Refused, Conflict."""
    check_looking(person, clock=clock)
    mandate = mandate_in_force(clock=clock)
    for act in NEEDED:
        mandate.check(act)
    rows = access_turn(person, turn, clock=clock).filter(item__public_id=untrusted_item, item__kind="url")
    found = rows.first()
    if found is None:
        raise Refused("only a page that you have before you can be visited")
    return Visit(person=person, turn=turn, item=found.item, visitor=visitor)


def open_visit(visit: Visit, *, clock: Clock = _MACHINE_CLOCK) -> Shown:
    """The page in a browser of its own; an earlier visit of this turn ends. Raises as ``press``."""
    places = visit.item.sightings.filter(how__in=PLACES).exclude(url_for_fetch=b"")
    place = places.order_by("pk").first()
    if place is None:
        raise Refused("no address of this page is kept that could be visited")
    order = VisitOrder(
        act="open",
        visit=visit.turn,
        item=visit.item.public_id,
        sealed_url=bytes(place.url_for_fetch),
        sealed_referrer=bytes(place.referrer_for_fetch),
    )
    return _stepped(visit, order, clock)


def press(visit: Visit, key: int, *, step: int, clock: Clock = _MACHINE_CLOCK) -> Shown:
    """The page after this number was pressed. ``step`` is the one that the person read.

    Raises Refused where no page comes, Conflict where the page went on meanwhile, Unavailable.
    """
    return _stepped(visit, visit.order("press", step=step, keys=[key]), clock)


def read_again(visit: Visit, *, step: int, clock: Clock = _MACHINE_CLOCK) -> Shown:
    """The page as it stands now. Raises as ``press``."""
    return _stepped(visit, visit.order("again", step=step), clock)


def look(visit: Visit) -> Shown:
    """The page as it was last read, where that is written down. Raises Conflict where there is no visit."""
    shown = visit.visitor.show(visit.order("look"))
    if not _steps(visit.item).filter(blob=shown.blob).exists():
        raise Conflict("this step stands in no record: end the visit, and begin another")
    return shown


def pick(visit: Visit, keys: Sequence[int], *, step: int, clock: Clock = _MACHINE_CLOCK) -> list[Item]:
    """An item of the page's group for the address behind each number; the fetcher fetches it, nobody else.

    Raises Conflict where a number names nothing or the page went on, Refused for a full group.
    """
    named = visit.visitor.name(visit.order("name", step=step, keys=keys))
    seen = _steps(visit.item).order_by("-pk").first()
    if seen is None:
        raise Conflict("no step of this visit stands in a record")
    actor = actor_of(visit.person.public_id)
    return record_picked(seen, [_medium(one) for one in named], actor=actor, clock=clock)


def end_visit(visit: Visit) -> None:
    """Return once the browser is gone. Raises Unavailable."""
    visit.visitor.end(visit.order("end"))


def _steps(item: Item) -> models.QuerySet[Sighting]:
    return item.sightings.filter(how="visited")


def _stepped(visit: Visit, order: VisitOrder, clock: Clock) -> Shown:
    """The page after a step that stands in the ledger. A browser whose step cannot be written down ends."""
    shown = visit.visitor.show(order)
    if shown.taken is None:
        raise Unavailable("the visitor does not say what it sealed")
    try:
        _record(visit, order.act, shown, shown.taken, clock)
    except BaseException:
        end_visit(visit)
        raise
    return shown


@transaction.atomic
def _record(visit: Visit, act: Act, shown: Shown, taken: Taken, clock: Clock) -> None:
    actor = actor_of(visit.person.public_id)
    seen = record_visited(visit.item, taken, actor=actor, clock=clock)
    facts: dict[str, Fact] = {"sighting": seen.public_id, "visit": visit.turn, "step": shown.step, "act": act}
    record("page_visited", actor=actor, subject=visit.item.public_id, facts=facts, clock=clock)


def _medium(named: Named) -> FoundMedium:
    """What was picked; the worker makes its digests, once the fetcher tells the address."""
    address = SealedAddress(
        url_sealed=named.url_sealed,
        host_sealed=named.host_sealed,
        url_for_fetch=named.url_for_fetch,
        referrer_sealed=named.referrer_sealed,
        referrer_for_fetch=named.referrer_for_fetch,
    )
    return FoundMedium(
        kind=named.kind, found_as=named.found_as, address=address, url_digest="", host_digest=""
    )
