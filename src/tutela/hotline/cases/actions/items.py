"""An item opened and moved. ``move_item`` is the only writer of ``state``.

An item is locked before anything is judged about it, so that check and act are one step; whoever decides on
an older version of it is refused with Conflict.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tutela.hotline.cases.actions.telling import tell_page, tell_pages
from tutela.hotline.cases.actions.whose import person_of, process_of
from tutela.hotline.cases.acts import KINDS, SOURCES
from tutela.hotline.cases.addresses import SealedAddress
from tutela.hotline.cases.evidence import evidence_of
from tutela.hotline.cases.job_kinds import SETTLE
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.page_proof import rests_on_shown
from tutela.hotline.cases.seen import Seen
from tutela.hotline.cases.states import DOUBTED, KNOWN, PENDING, TERMINAL, WRONG, Absence, decide
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.work.actions import put
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.kernel.log import is_declared

_MACHINE_CLOCK = SystemClock()
#: States after which a page may have nothing on it any more that waits for a person.
_SETTLES = frozenset({"acted", "closed"})
#: States in which people stood behind an item, so that something may rest on it.
_STOOD = KNOWN - {"matched"} | {"verdict"}
#: What a move writes.
_MOVED = ("state", "state_reason", "held_from", "held_until", "held_by", "moved_at", "version")


@transaction.atomic
def open_item(
    kind: str,
    *,
    source: str,
    actor: Actor,
    address: SealedAddress | None = None,
    urgent: bool = False,
    clock: Clock = _MACHINE_CLOCK,
) -> Item:
    """A new item in the state ``received``; with an address it has its first sighting, ``reported``.

    Raises Invalid for a kind or source that is none of the list.
    """
    if kind not in KINDS or source not in SOURCES:
        raise Invalid(f"one of {', '.join(KINDS)}; its source one of {', '.join(SOURCES)}", field="kind")
    now = clock.now()
    item = Item.objects.create(kind=kind, source=source, urgent=urgent, opened_at=now, moved_at=now)
    facts: dict[str, Fact] = {"kind": kind, "source": source, "urgent": urgent}
    if address is None:
        record("item_opened", actor=actor, subject=item.public_id, facts=facts, clock=clock)
        return item
    seen = Seen(how="reported", process=process_of(actor), reason=source, address=address, at=now)
    sighting = Sighting(item=item, who=person_of(actor), **seen.columns())
    facts["sighting"] = sighting.public_id
    sighting.log_index = record("item_opened", actor=actor, subject=item.public_id, facts=facts, clock=clock)
    sighting.save(force_insert=True)
    return item


@transaction.atomic
def move_item(
    item: Item,
    to: str,
    *,
    actor: Actor,
    reason: str,
    absence: Absence | None = None,
    until: datetime | None = None,
    clock: Clock = _MACHINE_CLOCK,
) -> Item:
    """The item in its new state; the one that was handed in is stale from now on. The fetcher forgets a
    closed one's addresses.

    ``reason`` is a declared word; ``absence`` what the checks found, where it goes to ``removed``; ``until``
    when a hold ends, which the ledger keeps as seconds since 1970. Raises Refused with the sentence of the
    table that says no, Conflict where somebody was faster, Invalid for a reason that no room has declared.
    """
    check_reason(reason)
    held = locked(item)
    decision = decide(held.state, to, evidence_of(held, to, reason=reason, absence=absence))
    if not decision.allowed:
        raise Refused(decision.reason)
    origin = held.state
    held.held_from, held.held_until, held.held_by = "", None, ""
    if to == "held":
        held.held_from, held.held_until, held.held_by = origin, until, person_of(actor)
    held.state, held.state_reason, held.moved_at = to, reason, clock.now()
    held.version += 1
    held.save(update_fields=_MOVED)
    if to in TERMINAL:
        held.sightings.update(url_for_fetch=b"", referrer_for_fetch=b"", fetch_epoch="")
        put(SETTLE, {"item": held.public_id}, key=f"{SETTLE}-{held.public_id}", clock=clock)
    if (origin in PENDING and to not in PENDING) or to in _SETTLES or (origin in _STOOD and to in DOUBTED):
        tell_pages(held, clock=clock, at_once=_is_wrong(to, reason))
    if origin == "held" and _may_be_page(held):  # what stood on it may have come to something meanwhile
        tell_page(held, clock=clock)
    facts: dict[str, Fact] = {"origin": origin, "to": to, "reason": reason, "version": held.version}
    facts |= {"until_seconds": int(until.timestamp())} if held.held_until and until else {}
    record("item_moved", actor=actor, subject=held.public_id, facts=facts, clock=clock)
    return held


def _is_wrong(to: str, reason: str) -> bool:
    """Whether what was said about the item was wrong, or is doubted: what rests on it waits for nothing."""
    return to in DOUBTED or (to in TERMINAL and reason in WRONG)


def _may_be_page(item: Item) -> bool:
    """Whether it is a page that waits for what stood on it, or that rests on it."""
    return item.state == "fingerprinted" or rests_on_shown(item)


def locked(item: Item) -> Item:
    """The row as it stands, locked until the transaction ends. Raises Conflict where it was moved since."""
    now = Item.objects.select_for_update().get(pk=item.pk)
    if now.version != item.version:
        raise Conflict(f"the item was moved meanwhile: it is {now.state}, version {now.version}")
    return now


def check_reason(untrusted_reason: str) -> None:
    """Return for a declared word. Raises Invalid."""
    if not is_declared(untrusted_reason):
        raise Invalid("a reason is a word that a room has declared", field="reason")
