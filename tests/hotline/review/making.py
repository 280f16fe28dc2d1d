"""Items that wait for people, analysts who look, and an opener that shows a grey tile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.hotline.people.making import person
from tutela.hotline.cases.actions import (
    Met,
    Print,
    move_item,
    open_item,
    record_fingerprints,
    record_match,
    record_sighting,
)
from tutela.hotline.cases.models import Item, Membership, Series
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actors import PUBLIC, process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ANALYST
from tutela.hotline.review.actions import Judgement, assess, claim_next, show
from tutela.hotline.review.classification import Classification
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import BLOB_PREFIX
from tutela.kernel.errors import Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.opener.orders import OpenOrder
from tutela.kernel.opener.tiles import SIDE, Tile

START = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
WORKER = process("worker")
GREY = Tile(width=640, height=480, luma=bytes([128]) * SIDE * SIDE)
ILLEGAL = Classification(
    outcome="illegal",
    scheme="iccam",
    legal_class="csam",
    category="baseline",
    elements={"age": "pubescent", "gender": "female"},
    site_kind="image_host",
)
NOT_ILLEGAL = Classification(outcome="not_illegal", scheme="iccam")
OUT_OF_SCOPE = Classification(outcome="out_of_scope", scheme="iccam")
CANNOT_JUDGE = Classification(outcome="cannot_judge", scheme="iccam")


class GreyOpener:
    """An opener that shows a grey tile of everything; ``away``: nobody answers; ``empty``: nothing shows."""

    def __init__(self) -> None:
        self.away, self.empty, self.asked = False, False, list[OpenOrder]()

    def tiles(self, order: OpenOrder) -> Sequence[Tile]:
        if self.away:
            raise Unavailable("the opener does not answer")
        self.asked.append(order)
        return () if self.empty else (GREY,)


def a_clock() -> FixedClock:
    return FixedClock(START)


def an_analyst(name: str = "Anna") -> Person:
    return person(ANALYST, name=name)


def a_waiting_item(
    clock: FixedClock, *, state: str = "unmatched", kind: str = "picture", **more: Any
) -> Item:
    """A fetched item that no list knows, or one that waits in another of these states."""
    item = open_item(kind, source=more.pop("source", "report"), actor=PUBLIC, clock=clock, **more)
    seen = Seen(how="fetched", process="fetcher", reason="report", sha256="a" * 64, blob=new_id(BLOB_PREFIX))
    record_sighting(item, seen, actor=process("fetcher"), clock=clock)
    for to, reason in (
        ("fetched", "fetch_done"),
        ("fingerprinted", "fingerprints_made"),
        (state, "list_matched"),
    ):
        item = move_item(item, to, actor=WORKER, reason=reason, clock=clock)
    return item


def matched(item: Item, *, confirmed: str = "", approved: bool = True) -> None:
    """The item met an entry of a list: a candidate, or confirmed."""
    sighting = item.sightings.get()
    (made,) = record_fingerprints(sighting, [Print(kind="pdq", value="b" * 64)], actor=WORKER)
    met = Met(
        list_id="lst", list_version="1", entry="ent", status="known" if confirmed else "candidate",
        confirmed=confirmed, approved=approved, reason="list_matched", legal_class="csam",
    )  # fmt: skip
    record_match(made, met, actor=WORKER)


def a_page(clock: FixedClock, pictures: int) -> tuple[Item, list[Item]]:
    """A page whose pictures all came to an end, and those pictures."""
    page = a_waiting_item(clock, kind="url")
    series = Series.objects.create(kind="page", page=page, made_at=clock.now())
    items = [a_waiting_item(clock) for _ in range(pictures)]
    Membership.objects.bulk_create(Membership(item=one, series=series) for one in items)
    return page, items


def judged(who: Person, said: Classification, clock: FixedClock, *, key: str = "") -> list[Judgement]:
    """What becomes of what is next for this person when they look at it and say that."""
    turn = claim_next(who, clock=clock)
    if turn is None:
        return []
    show(who, turn.turn, opener=GreyOpener(), clock=clock)
    return assess(who, turn.turn, turn.items, said, key=key or f"key-{who.pk}", clock=clock)


def later(clock: FixedClock, **much: float) -> None:
    clock.advance(timedelta(**much).total_seconds())


def state_of(item: Item) -> str:
    return Item.objects.get(pk=item.pk).state


def jobs_of(kind: str) -> list[dict[str, Any]]:
    return list(Job.objects.filter(kind=kind).order_by("pk").values_list("arguments", flat=True))


def acts(subject: str) -> list[str]:
    return list(LedgerEntry.objects.filter(subject=subject).order_by("index").values_list("act", flat=True))
