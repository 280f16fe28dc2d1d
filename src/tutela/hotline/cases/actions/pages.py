"""What stood on a page, as items of one group; and the page's own state, which follows theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from tutela.hotline.cases.actions.acting import put_act
from tutela.hotline.cases.actions.items import move_item
from tutela.hotline.cases.actions.proving import disprove_page, prove_page
from tutela.hotline.cases.actions.telling import tell_page
from tutela.hotline.cases.actions.urgency import hand_urgency_on
from tutela.hotline.cases.actions.whose import process_of
from tutela.hotline.cases.acts import PLACES
from tutela.hotline.cases.found_pages import FoundMedium, FoundPage
from tutela.hotline.cases.job_kinds import FETCH
from tutela.hotline.cases.models import Item, Membership, Series, Sighting
from tutela.hotline.cases.page_proof import only_leads
from tutela.hotline.cases.page_rules import page_rules_in_force
from tutela.hotline.cases.seen import Seen
from tutela.hotline.cases.states import KNOWN, page_state
from tutela.hotline.ledger import store
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.work.actions import NewJob, put_new
from tutela.hotline.work.handlers import NORMAL, URGENT
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Refused

_MACHINE_CLOCK = SystemClock()
#: Digests that are asked for in one statement (SQLite takes 32,766 parameters; our own).
_DIGESTS_AT_ONCE = 500
#: Reasons of a closed item after which nobody looks at the same bytes again (states.CLOSING_REASONS).
DECIDED = frozenset({"not_illegal", "out_of_scope"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Visited:
    """A page that was visited: each address that was picked there brings its own referrer."""

    level: int
    referrer_sealed: bytes = b""
    referrer_for_fetch: bytes = b""


@transaction.atomic
def record_page(
    item: Item, seen: Sighting, found: FoundPage, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> Series:
    """The page's series with an item for each medium and link, and a job that fetches each.

    What was seen at the same address already joins as the item that it is, unless that is closed or was never
    fetched: it is not fetched again. Repeatable: a page that is read again brings what is new.
    """
    tell_page(item, clock=clock)  # before the ledger is locked
    store.take_turn()  # from here on no other page opens the same address
    series, _ = Series.objects.get_or_create(kind="page", page=item, defaults={"made_at": clock.now()})
    groups = [series, *item.series.filter(kind="page").order_by("pk")]
    known = _seen_at([one.url_digest for one in found.media], item)
    fresh = [one for one in found.media if one.url_digest not in known]
    room = max(0, min(_room(group, found.group_max) for group in groups) - len(known))
    opened = _opened(seen, found, fresh[:room], actor, clock)
    joined = list(known.values())
    _belong([*opened, *joined], groups)
    if item.urgent:
        hand_urgency_on(joined, seen.public_id, clock=clock)
    series.counts = found.as_counts(opened=len(opened), joined=len(joined), full=len(fresh[room:]))
    series.save(update_fields=["counts"])
    facts: dict[str, Fact] = {"series": series.public_id, "items": len(opened), "joined": len(joined)}
    record("page_opened", actor=actor, subject=item.public_id, facts=facts, clock=clock)
    return series


@transaction.atomic
def record_picked(
    seen: Sighting, picked: Sequence[FoundMedium], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> list[Item]:
    """The items for what somebody picked on a page that they visited, in the page's series, with a job that
    fetches each. What is there already is found out by its bytes, once they are fetched.

    Raises Refused where the group takes no more.
    """
    tell_page(seen.item, clock=clock)  # before the ledger is locked
    store.take_turn()
    series, _ = Series.objects.get_or_create(kind="page", page=seen.item, defaults={"made_at": clock.now()})
    groups = [series, *seen.item.series.filter(kind="page").order_by("pk")]
    most = page_rules_in_force().group_max
    if min(_room(group, most) for group in groups) < len(picked):
        raise Refused("the group of this page takes no more")
    items = _opened(seen, _Visited(level=seen.level), picked, actor, clock)
    _belong(items, groups)
    facts: dict[str, Fact] = {"series": series.public_id, "items": len(items)}
    record("page_picked", actor=actor, subject=seen.item.public_id, facts=facts, clock=clock)
    return items


@transaction.atomic
def settle_page(item: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Item:
    """The page in the state that follows from what stood on it; as it was while something is to come.

    One on which nothing stands but what is known is told about, as soon as nobody has to look at the rest;
    it is closed where all that proved it was found wrong, and where it only leads to what is acted on.
    """
    held = Item.objects.select_for_update().get(pk=item.pk)
    series = held.page_series.first()
    if series is None:
        return held
    held = disprove_page(held, actor=actor, clock=clock)
    if held.state == "fingerprinted":
        held = _settled(held, series, actor, clock)
    if held.state != "matched" or prove_page(held, series, actor=actor, clock=clock):
        return held
    if only_leads(held, series):
        return move_item(held, "closed", actor=actor, reason="leads_only", clock=clock)
    return held


def _settled(held: Item, series: Series, actor: Actor, clock: Clock) -> Item:
    members = Item.objects.filter(memberships__series=series)
    is_known = held.matches.exists() or members.filter(matches__isnull=False).exists()
    to = page_state(set(members.values_list("state", flat=True)), is_known=is_known)
    if to is None:
        return held
    return move_item(held, to, actor=actor, reason="page_settled", clock=clock)


def same_bytes(item: Item, sha256: str) -> Item | None:
    """The first other item with these bytes that somebody looks at, has looked at, or need not; else None.

    From here on this transaction alone writes the ledger: of two that fetch the same at once, one is first.
    """
    store.take_turn()
    others = Sighting.objects.filter(sha256=sha256).exclude(item=item).select_related("item").order_by("pk")
    for other in (one.item for one in others):
        if other.state == "closed" and other.state_reason in DECIDED:
            return other
        if other.state not in ("closed", "unfetchable", "received"):
            return other
    return None


def join_item(
    item: Item, other: Item, places: Sequence[Sighting], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> Item:
    """The item, closed, since ``other`` is about the same bytes and has their new places now.

    What was acted on already is told about at the new places too. In the caller's transaction.
    """
    if other.state in KNOWN - {"matched"}:
        put_act(places, clock=clock)
    if item.urgent:
        hand_urgency_on([other], places[0].public_id, clock=clock)
    if other.state != "closed":
        _belong([other], list(item.series.filter(kind="page")))
    return move_item(item, "closed", actor=actor, reason="duplicate", clock=clock)


def _room(group: Series, most: int) -> int:
    """How many more items a group takes: as many as its own page was given, less those that it has."""
    return int(group.counts.get("most", most)) - group.memberships.count()


def _seen_at(digests: Sequence[str], page: Item) -> dict[str, Item]:
    """The item that was first seen at each address, where there is one that is still open."""
    found: dict[str, Item] = {}
    for first in range(0, len(digests), _DIGESTS_AT_ONCE):
        part = digests[first : first + _DIGESTS_AT_ONCE]
        rows = Sighting.objects.filter(url_digest__in=part).exclude(item=page).select_related("item")
        for row in rows.exclude(item__state__in=("closed", "unfetchable")).order_by("-pk"):
            found[row.url_digest] = row.item
    return found


def _opened(
    seen: Sighting, on: FoundPage | _Visited, media: Sequence[FoundMedium], actor: Actor, clock: Clock
) -> list[Item]:
    page, now = seen.item, clock.now()
    items = Item.objects.bulk_create(
        Item(kind=one.kind, source=page.source, urgent=page.urgent, opened_at=now, moved_at=now)
        for one in media
    )
    sightings = [
        Sighting(item=item, found_on=seen, **_seen_on(page, on, one, actor, clock).columns())
        for item, one in zip(items, media, strict=True)
    ]
    for item, sighting in zip(items, sightings, strict=True):
        facts: dict[str, Fact] = {"kind": item.kind, "source": item.source, "urgent": item.urgent}
        facts |= {"sighting": sighting.public_id, "page": page.public_id}
        subject = item.public_id
        sighting.log_index = record("item_opened", actor=actor, subject=subject, facts=facts, clock=clock)
    Sighting.objects.bulk_create(sightings)
    put_new(FETCH, _jobs(sightings), priority=URGENT if page.urgent else NORMAL, clock=clock)
    return items


def _seen_on(page: Item, on: FoundPage | _Visited, one: FoundMedium, actor: Actor, clock: Clock) -> Seen:
    return Seen(
        how=PLACES[1],
        process=process_of(actor),
        reason=page.source,
        address=one.address,
        at=clock.now(),
        url_digest=one.url_digest,
        host_digest=one.host_digest,
        level=on.level + 1,
        found_as=one.found_as,
        referrer_sealed=on.referrer_sealed,
        referrer_for_fetch=on.referrer_for_fetch,
    )


def _jobs(sightings: Sequence[Sighting]) -> Iterator[NewJob]:
    for one in sightings:
        name = one.public_id
        yield NewJob(arguments={"sighting": name}, key=f"{FETCH}-{name}", host=one.host_digest)


def _belong(items: Sequence[Item], groups: Sequence[Series]) -> None:
    Membership.objects.bulk_create(
        [Membership(item=item, series=series) for series in groups for item in items], ignore_conflicts=True
    )
