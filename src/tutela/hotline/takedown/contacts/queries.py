"""Reads of contacts and of how far each place's search is, for look-ups, pages and commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet, Sum

from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.contacts.keys import CLEAR
from tutela.hotline.takedown.contacts.models import SEARCH_STATES, Contact, FormNotice, Search
from tutela.hotline.takedown.contacts.picking import Way, way_of
from tutela.hotline.takedown.contacts.proposals import AUTHORITY, HANDED_RUNGS, TOLD_RUNGS, Proposal
from tutela.hotline.takedown.contacts.taken_back import TAKES_BACK

#: Rows of one page.
ROWS_MAX = 100
#: The words of the states in which a place waits for people or for a registry.
WAITING = ("person", "by_hand", "registry", "nobody", "exhausted")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactRow:
    """A contact as a page shows it. ``waiting``: places that wait for it."""

    public_id: str
    what_for: str
    rung: str
    kind: str
    address: str
    organisation: str
    country: str
    origin: str
    source: str
    reasons: tuple[str, ...]
    state: str
    made_at: datetime
    decided_at: datetime | None
    waiting: int


def house_contacts(keys: Sequence[str]) -> list[Contact]:
    """What people of this house brought, under these keys as the database holds them; nothing refused."""
    rows = Contact.objects.filter(key__in=keys, origin="house", state__in=("listed", "approved"))
    return list(rows.order_by("pk"))


def house_hand_overs(keys: Sequence[str], rungs: Collection[str]) -> list[Contact]:
    """Whom people of this house brought for what is told by hand: under these keys, and every engine."""
    rows = Contact.objects.filter(origin="house", state__in=("listed", "approved"), rung__in=rungs)
    return list(rows.filter(Q(key__in=keys) | Q(key__startswith="engine:")).order_by("pk"))


def was_handed_over(sighting: Sighting, contact: Contact) -> bool:
    """Whether a hand-over to them waits, was made, or was not needed, since the place came back if it did."""
    own = FormNotice.objects.filter(sighting=sighting, contact=contact).exclude(state="withdrawn")
    back = sighting.removals.aggregate(at=Max("reopened_at"))["at"]
    return (own if back is None else own.filter(Q(state="waiting") | Q(queued_at__gte=back))).exists()


def decided_on(proposals: Iterable[Proposal]) -> dict[Way, str]:
    """The state of each of these that a person decided on, for just what it was found for."""
    wanted = {way_of(one) for one in proposals}
    keys = {way[0] for way in wanted}
    rows = Contact.objects.filter(key__in=keys, state__in=("approved", "refused"))
    found = {(row.key, row.rung, row.kind, row.address): row.state for row in rows}
    return {way: state for way, state in found.items() if way in wanted}


def contacts(state: str = "") -> list[ContactRow]:
    """Contacts of a state, or all: proposals first, of each state what waits longest."""
    rows = Contact.objects.filter(state=state) if state else Contact.objects.all()
    ranks = {"proposed": 0, "listed": 1, "approved": 2, "refused": 3}
    shown = sorted(rows.order_by("made_at", "pk")[:ROWS_MAX], key=lambda row: ranks[row.state])
    # counted for these rows alone: the table has a row for each place that was ever told of
    waits = Search.objects.filter(state__in=("person", "by_hand"), contact__in=[row.pk for row in shown])
    waiting = dict(waits.order_by().values_list("contact").annotate(Count("pk")))
    return [_row(row, waiting.get(row.pk, 0)) for row in shown]


def searches() -> dict[str, int]:
    """How many places are how far, by word, and ``passed_over``: addresses that were left out."""
    rows: QuerySet[Search] = Search.objects.order_by()
    counted = dict(rows.values_list("state").annotate(number=Count("*")))
    left_out = rows.filter(passed_over__gt=0).aggregate(number=Sum("passed_over"))["number"] or 0
    return {**dict.fromkeys(SEARCH_STATES, 0), **counted, "passed_over": left_out}


def forms(rungs: Collection[str] = TOLD_RUNGS) -> list[FormNotice]:
    """The forms that wait to be filled in, the oldest first; what is urgent before all else.

    ``rungs`` are those of hosts; with ``HANDED_RUNGS`` they are the hand-overs.
    """
    rows = FormNotice.objects.filter(state="waiting", contact__rung__in=rungs).exclude(TAKES_BACK)
    rows = rows.select_related("contact", "sighting__item")
    return list(rows.order_by("-sighting__item__urgent", "queued_at", "pk")[:ROWS_MAX])


def hand_overs_waiting() -> list[tuple[str, int]]:
    """(name of a hotline or search engine, how many places wait for whoever tells it), by name."""
    rows = FormNotice.objects.filter(state="waiting", contact__rung__in=HANDED_RUNGS).exclude(TAKES_BACK)
    rows = rows.order_by()
    counted = rows.values_list("contact__organisation").annotate(Count("pk"))
    return sorted(counted)


def tries_of(sighting: Sighting) -> int:
    """How often in a row registries did not answer about the place."""
    return Search.objects.filter(sighting=sighting).values_list("tries", flat=True).first() or 0


def waiting() -> int:
    """How many places nobody was told of: they wait for a person or for a registry."""
    return Search.objects.filter(state__in=WAITING).count()


def _row(row: Contact, waiting: int) -> ContactRow:
    return ContactRow(
        public_id=row.public_id,
        what_for=what_for(row.key),
        rung=row.rung,
        kind=row.kind,
        address=row.address,
        organisation=row.organisation,
        country=row.country,
        origin=row.origin,
        source=row.source,
        reasons=tuple(filter(None, row.reasons.split(","))),
        state=row.state,
        made_at=row.made_at,
        decided_at=row.decided_at,
        waiting=waiting,
    )


def what_for(key: str) -> str:
    """What a contact is for as people may see it: a digest is cut to its beginning."""
    kind, _, text = key.partition(":")
    return key if kind in CLEAR | {AUTHORITY} else f"{kind} {text[:8]}…"
