"""What pages read of items: facts, no address and no picture, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from tutela.hotline.cases.access import access_item
from tutela.hotline.cases.models import Item, Match, Membership, Rating, Series, Sighting, Verdict
from tutela.hotline.cases.moved_places import BY_REDIRECT
from tutela.hotline.cases.states import STATES, Transition, transitions_from
from tutela.hotline.work.queries import rows_of_page

#: Rows of one page.
ROWS_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemRow:
    """One item as a list shows it."""

    item: str
    kind: str
    source: str
    state: str
    state_reason: str
    urgent: bool
    opened_at: datetime
    moved_at: datetime
    version: int
    held_until: datetime | None
    held_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SightingRow:
    """One sighting: facts without an address. ``country`` is ISO 3166-1, ``network_number`` an AS number.

    ``by_redirect``: another place of the item leads there.
    """

    sighting: str
    how: str
    seen_at: datetime
    status_code: int | None
    country: str
    network_number: int | None
    size_bytes: int | None
    blob: str
    process: str
    reason: str
    log_index: int
    has_address: bool
    by_redirect: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchRow:
    """One match: list, version, entry, distance in bits (None where exact), how far it is confirmed."""

    list_id: str
    list_version: str
    entry: str
    kind: str
    distance_bits: int | None
    status: str
    confirmed: str
    approved: bool
    votes: int
    legal_class: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupFacts:
    """What stood on one page: its series and the item that is the page, how many items are in which state,
    how many failed and why, and what was counted when the page was read (``page_plan``).
    """

    series: str
    page: str
    members: int
    states: Mapping[str, int]
    troubles: Mapping[str, int]
    counts: Mapping[str, int]
    left: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFacts:
    """All that is known of one item, but for what must be opened."""

    row: ItemRow
    sightings: tuple[SightingRow, ...]
    fingerprints: Mapping[str, int]
    matches: tuple[MatchRow, ...]
    ratings: tuple[Rating, ...]
    verdicts: tuple[Verdict, ...]
    together: tuple[str, ...]
    groups: tuple[GroupFacts, ...]
    steps: tuple[Transition, ...]


def item_rows(*, state: str = "", start: int = 0, limit: int = ROWS_MAX) -> list[ItemRow]:
    """Items in the order in which they need somebody: urgent ones, then the oldest; two queries."""
    chosen = {"state": state} if state else {}
    found = Item.objects.filter(**chosen).order_by("-urgent", "opened_at", "pk")
    return [_row(item) for item in rows_of_page(found, start, limit)]


def counts() -> dict[str, int]:
    """How many items are in each state, in the order of an item's life; one query."""
    found = dict(Item.objects.order_by().values_list("state").annotate(number=Count("*")))
    return {state: found[state] for state in STATES if state in found}


def item_facts(untrusted_item: str) -> ItemFacts:
    """Everything about one item, in ten queries. Raises Refused where there is none."""
    item = access_item(untrusted_item)
    matches = item.matches.select_related("fingerprint").order_by("pk")
    kinds = item.fingerprints.order_by("kind").values_list("kind").annotate(Count("pk"))
    together = Item.objects.filter(series__in=item.series.all()).exclude(pk=item.pk).distinct()
    return ItemFacts(
        row=_row(item),
        sightings=tuple(_sighting(one) for one in item.sightings.order_by("pk")),
        fingerprints=dict(kinds),
        matches=tuple(_match(one) for one in matches),
        ratings=tuple(item.ratings.order_by("-pk")),
        verdicts=tuple(item.verdicts.order_by("-pk")),
        together=tuple(together.order_by("pk").values_list("public_id", flat=True)[:ROWS_MAX]),
        groups=_groups(item),
        steps=transitions_from(item.state),
    )


def _groups(item: Item) -> tuple[GroupFacts, ...]:
    """The group of the page that the item is, and those of the pages on which it stood; three queries."""
    series = page_series(item)
    chosen = Membership.objects.filter(series__in=series.values("pk")).order_by()
    states = list(chosen.values_list("series", "item__state").annotate(Count("item", distinct=True)))
    failed = chosen.filter(item__sightings__how="found", item__sightings__trouble__gt="")
    troubles = failed.values_list("series", "item__sightings__trouble")
    failures = list(troubles.annotate(Count("item", distinct=True)))
    return tuple(
        _group(one, _of_series(one, states), _of_series(one, failures))
        for one in series.select_related("page").order_by("pk")
    )


def page_series(item: Item) -> QuerySet[Series]:
    """Series of the page that the item is, and of those on which it stood; each half by its own index."""
    its_own = Series.objects.filter(page=item).values("pk")
    of_others = Membership.objects.filter(item=item).values("series")
    return Series.objects.filter(pk__in=its_own.union(of_others), kind="page")


def _of_series(series: Series, rows: Iterable[tuple[int, str, int]]) -> dict[str, int]:
    return {word: number for which, word, number in rows if which == series.pk}


def _group(series: Series, states: Mapping[str, int], troubles: Mapping[str, int]) -> GroupFacts:
    counts = dict(series.counts)
    left = counts.pop("left", {})
    counts.pop("v", None)
    counts.pop("most", None)
    return GroupFacts(
        series=series.public_id,
        page=series.page.public_id if series.page else "",
        members=sum(states.values()),
        states={state: states[state] for state in STATES if state in states},
        troubles=dict(sorted(troubles.items())),
        counts=counts,
        left=dict(sorted(left.items())),
    )


def _row(item: Item) -> ItemRow:
    return ItemRow(
        item=item.public_id,
        kind=item.kind,
        source=item.source,
        state=item.state,
        state_reason=item.state_reason,
        urgent=item.urgent,
        opened_at=item.opened_at,
        moved_at=item.moved_at,
        version=item.version,
        held_until=item.held_until,
        held_by=item.held_by,
    )


def _sighting(one: Sighting) -> SightingRow:
    return SightingRow(
        sighting=one.public_id,
        how=one.how,
        seen_at=one.seen_at,
        status_code=one.status_code,
        country=one.country,
        network_number=one.network_number,
        size_bytes=one.size_bytes,
        blob=one.blob,
        process=one.process,
        reason=one.reason,
        log_index=one.log_index,
        has_address=bool(one.url_sealed),
        by_redirect=one.found_as == BY_REDIRECT,
    )


def _match(one: Match) -> MatchRow:
    return MatchRow(
        list_id=one.list_id,
        list_version=one.list_version,
        entry=one.entry,
        kind=one.fingerprint.kind,
        distance_bits=one.distance_bits,
        status=one.status,
        confirmed=one.confirmed,
        approved=one.approved,
        votes=one.votes,
        legal_class=one.legal_class,
        made_at=one.made_at,
    )
