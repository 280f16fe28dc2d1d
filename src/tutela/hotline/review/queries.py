"""Reads of the assessment desk: what waits and why, what somebody has before them, what they were shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tutela.hotline.cases.models import Item, Match, Series
from tutela.hotline.cases.queries import page_series
from tutela.hotline.cases.states import KNOWN, PENDING
from tutela.hotline.people.models import Person
from tutela.hotline.review.acts import SAYING
from tutela.hotline.review.caps import DAY, Display
from tutela.hotline.review.models import Assessment, Exposure, Lease
from tutela.hotline.review.ordering import Place, QueueFacts, place_of
from tutela.hotline.review.settings import ReviewRules

#: Items of each kind that are compared when the next one is chosen: the oldest, the newest, the near known.
LOOKED_AT_MAX = 200
#: Rows of one page.
ROWS_MAX = 100
#: How long an item waits for the rest of its page, so that all come as one group (our own).
PAGE_MINUTES = 15
#: How the matches read that decisions.md section 2 calls proof, of an approved entry.
_PROOF = Q(confirmed__in=("sha256", "person"), approved=True)
#: Items that wait for a person, whoever it is; a proven one is on its way to a notice.
_WAITING = ("unmatched", "rated", "in_review", "matched")


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueRow:
    """One item that waits, with its place."""

    item: str
    kind: str
    opened_at: datetime
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondRow:
    """An item that waits for a second look, and until when; ``own``: the reader has judged it."""

    item: str
    legal_class: str
    due: datetime
    is_overdue: bool
    own: bool


def waiting(now: datetime) -> QuerySet[Item]:
    """Items that need a person and that nobody has before them."""
    proven = Match.objects.filter(_PROOF, item=OuterRef("pk"))
    taken = Lease.objects.filter(item=OuterRef("pk"), ended_at=None, until__gt=now)
    rows = Item.objects.filter(state__in=_WAITING).exclude(Exists(proven)).exclude(Exists(taken))
    return rows.exclude(_is_early(now)).exclude(_is_settled())


def waiting_for(person: Person, now: datetime) -> QuerySet[Item]:
    """Of these, those that this person has not judged."""
    judged = Assessment.objects.filter(item=OuterRef("pk"), who=person.public_id, withdrawn_at=None)
    return waiting(now).exclude(Exists(judged))


def _is_early(now: datetime) -> Exists:
    """Something of a page that is still being read: it comes with the others, soon."""
    pages = Series.objects.filter(kind="page", memberships__item=OuterRef("pk"), page__state__in=PENDING)
    soon = now - timedelta(minutes=PAGE_MINUTES)
    return Exists(pages.filter(page__urgent=False, page__opened_at__gt=soon))


def _is_settled() -> Exists:
    """A page on which nothing stands but what a list knows: a person would see nothing of it."""
    own = Series.objects.filter(kind="page", page=OuterRef("pk"))
    open_ones = Item.objects.filter(memberships__series=OuterRef("pk"), state__in=_WAITING)
    known = Item.objects.filter(memberships__series=OuterRef("pk"), state__in=KNOWN)
    return Exists(own.filter(Exists(known), ~Exists(open_ones)))


def candidates(rows: QuerySet[Item]) -> list[Item]:
    """The items that may be next: of each state the urgent and oldest, the newest, and what is near known.

    In the order of the table's index, one state after the other, so that each stops where it has enough.
    """
    chosen: dict[int, Item] = {}
    for state in _WAITING:
        part = rows.filter(state=state)
        for some in (
            part.order_by("-urgent", "opened_at", "pk"),
            part.order_by("urgent", "-opened_at", "-pk"),
        ):
            chosen |= {item.pk: item for item in some[:LOOKED_AT_MAX]}
    matched = Match.objects.filter(item=OuterRef("pk"))
    near = rows.filter(Exists(matched), state__in=("matched", "rated")).order_by("opened_at", "pk")
    return list((chosen | {item.pk: item for item in near[:LOOKED_AT_MAX]}).values())


def ordered(items: Iterable[Item], *, now: datetime) -> list[tuple[Item, Place]]:
    """The items with their places, the next one first; three queries."""
    found = list(items)
    facts = _facts(found)
    placed = [(item, place_of(facts[item.pk], now=now)) for item in found]
    return sorted(placed, key=lambda one: (-one[1].points, one[0].opened_at, one[0].pk))


def _facts(items: list[Item]) -> dict[int, QueueFacts]:
    keys = [item.pk for item in items]
    reports = dict(Item.objects.filter(pk__in=keys).order_by().values_list("pk").annotate(Count("reports")))
    known = set(Match.objects.filter(item__in=keys, status="known").values_list("item_id", flat=True))
    near = set(Match.objects.filter(item__in=keys).values_list("item_id", flat=True))
    judged = Assessment.objects.filter(item__in=keys, withdrawn_at=None, outcome__in=SAYING)
    second = set(judged.values_list("item_id", flat=True))
    return {
        item.pk: QueueFacts(
            opened_at=item.opened_at,
            urgent=item.urgent,
            is_known=item.pk in known,
            is_near=item.pk in near,
            second_needed=item.pk in second,
            from_partner=item.source == "partner",
            reports=max(1, reports.get(item.pk, 1)),
        )
        for item in items
    }


def group_of(item: Item, rows: QuerySet[Item], *, limit: int) -> list[Item]:
    """The item and all among ``rows`` that stood on the same page, that page included: one group."""
    series = page_series(item).order_by("pk").first()
    if series is None:
        return [item]
    together = rows.filter(Q(memberships__series=series) | Q(page_series=series)).distinct()
    return list(together.order_by("pk")[:limit]) or [item]


def queue_rows(person: Person, *, now: datetime) -> list[QueueRow]:
    """What waits for this person, the next one first."""
    placed = ordered(candidates(waiting_for(person, now)), now=now)
    return [
        QueueRow(item=item.public_id, kind=item.kind, opened_at=item.opened_at, place=place)
        for item, place in placed[:ROWS_MAX]
    ]


def turn_of(person: Person, *, now: datetime) -> str:
    """The id of what this person has before them, or an empty text."""
    rows = Lease.objects.filter(who=person.public_id, ended_at=None, until__gt=now).order_by("pk")
    found = rows.values_list("turn", flat=True).first()
    return found or ""


def displays(person: Person, rules: ReviewRules, *, now: datetime) -> list[Display]:
    """What this person was shown in the last day; one that lasts ends now, or when its time is over."""
    longest = timedelta(seconds=rules.display_seconds)
    rows = Exposure.objects.filter(who=person.public_id, begun_at__gt=now - DAY - longest)
    found = []
    for one in rows.exclude(how_ended="nothing").order_by("begun_at"):
        begun = min(one.begun_at, now)
        seconds = None if one.seconds is None else timedelta(seconds=one.seconds)
        found.append(
            Display(begun=begun, ended=begun + seconds if seconds is not None else min(now, begun + longest))
        )
    return found


def last_exposures(person: Person, turn: str, items: Iterable[Item]) -> dict[int, Exposure]:
    """By item, the last display of this turn in which this person saw anything of it."""
    rows = Exposure.objects.filter(who=person.public_id, turn=turn, item__in=list(items), tiles__gt=0)
    return {one.item_id: one for one in rows.order_by("pk")}


def second_rows(person: Person, *, now: datetime) -> list[SecondRow]:
    """Items that wait for a second look, the next due one first."""
    rows = Assessment.objects.exclude(second_look_due=None).filter(withdrawn_at=None)
    judged = Assessment.objects.filter(item=OuterRef("item"), who=person.public_id, withdrawn_at=None)
    found = rows.select_related("item").annotate(own=Exists(judged)).order_by("second_look_due", "pk")
    return [
        SecondRow(
            item=one.item.public_id,
            legal_class=one.legal_class,
            due=one.second_look_due or now,
            is_overdue=one.second_look_due is not None and one.second_look_due <= now,
            own=bool(getattr(one, "own", False)),
        )
        for one in found[:ROWS_MAX]
    ]
