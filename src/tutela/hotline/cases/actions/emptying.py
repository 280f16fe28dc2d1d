"""Sealed addresses whose time is over are emptied, with an entry for each item. In the opener's process.

The mandate names them under ``after_hand_over``. An item that still goes on needs its addresses: its notices
name them, its looks ask them. So they go once it is closed, and nothing about it is on its way any more. The
keyed digests stay: by them what is reported again is known to be the same. A legal hold wins over every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tutela.hotline.cases.holding import is_held
from tutela.hotline.cases.keeping import Emptying
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import Mandate
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.log import get_logger

#: Whether something of an app's still needs the addresses of the item of a row (``OuterRef("pk")``).
Need = Callable[[], Exists]

_MACHINE_CLOCK = SystemClock()
#: What is sealed of a place, and the epochs of its keys.
_SEALED = (
    "url_sealed", "host_sealed", "url_for_fetch", "referrer_sealed", "referrer_for_fetch", "response_sealed",
)  # fmt: skip
_EMPTY: dict[str, bytes | str] = dict.fromkeys(_SEALED, b"") | {"url_epoch": "", "fetch_epoch": ""}
_needs: dict[str, Need] = {}
_log = get_logger("hotline.cases")


def add_need(app: str, need: Need) -> None:
    """Let an app say what it still needs addresses for; called when Django starts, and one for each app."""
    _needs[app] = need


def planned_addresses(mandate: Mandate, *, until: datetime) -> Iterator[Emptying]:
    """Every item whose addresses' time under this mandate is over by then, the earliest first."""
    if "addresses" in mandate.after_hand_over.delete:
        within = mandate.after_hand_over.within
        yield from _planned(Item.objects.filter(police_told_at__lte=until - within), mandate)


def empty_addresses(*, clock: Clock = _MACHINE_CLOCK) -> int:
    """Of how many items the addresses were emptied. Raises Refused without a mandate."""
    mandate, now = mandate_in_force(clock=clock), clock.now()
    due = [one.of for one in planned_addresses(mandate, until=now) if one.is_due(now)]
    done = sum(_emptied(item, mandate, clock) for item in due)
    if done:
        _log.info("addresses_emptied", items=done)
    return done


@transaction.atomic
def _emptied(public_id: str, mandate: Mandate, clock: Clock) -> bool:
    """Whether they were: the item is locked, and everything looked at again."""
    rows = Item.objects.filter(public_id=public_id)
    list(rows.select_for_update())
    if not any(one.is_due(clock.now()) for one in _planned(rows, mandate)):
        return False
    emptied = Sighting.objects.filter(item__public_id=public_id).update(**_EMPTY)
    facts: dict[str, Fact] = {"sightings": emptied, "rule": "after_hand_over"}
    record("addresses_emptied", actor=process("opener"), subject=public_id, facts=facts, clock=clock)
    return True


def _planned(items: QuerySet[Item], mandate: Mandate) -> Iterator[Emptying]:
    kept = Sighting.objects.filter(item=OuterRef("pk")).exclude(**dict.fromkeys(_SEALED, b""))
    rows = items.exclude(police_told_at=None).filter(Exists(kept)).annotate(held=is_held("pk"))
    waiting = Q(pk__in=[])
    for need in _needs.values():
        waiting |= Q(need())
    rows = rows.annotate(needed=~Q(state__in=TERMINAL) | waiting).order_by("police_told_at", "pk")
    columns = ("public_id", "police_told_at", "held", "needed")
    for item, told, held, needed in rows.values_list(*columns):
        delete_by = told + mandate.after_hand_over.within
        yield Emptying(what="addresses", of=item, delete_by=delete_by, is_held=held, is_needed=needed)
