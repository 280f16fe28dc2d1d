"""Kept bytes whose time is over are destroyed, each with an entry of the ledger. In the opener's process.

The opener alone reaches both vault and ledger. The bytes go inside the transaction that says so: who dies
between the two has destroyed an object that the next round finds gone and writes down. A legal hold wins over
every time, also one that is placed at this moment: the item is locked and looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from tutela.hotline.cases.holding import is_held
from tutela.hotline.cases.keeping import Kept, Times, times_of
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.steady_clock import SteadyClock
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import Mandate
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.blobs import BlobStore
from tutela.kernel.errors import Refused
from tutela.kernel.log import get_logger

_MACHINE_CLOCK = SystemClock()
#: Objects that are read at once.
_ROWS = 500
_log = get_logger("hotline.cases")


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One object of the vault, the item that it is of, and its times."""

    blob: str
    item: str
    times: Times


class Destroyer:
    """Destroys what is due, round by round. ``clock`` is watched: where it jumped, a round does nothing."""

    def __init__(self, blobs: BlobStore, *, clock: Clock = _MACHINE_CLOCK) -> None:
        self._blobs, self._clock, self._steady = blobs, clock, SteadyClock(clock)

    def round(self) -> int:
        """How many objects were destroyed. Raises Refused without a mandate, Django's database errors."""
        if not self._steady.is_steady():
            return 0
        mandate, now = mandate_in_force(clock=self._clock), self._clock.now()
        mandate.check("destroy_evidence")
        due = [one for one in planned(mandate, until=now) if one.times.is_due(now)]
        done = sum(self._destroy(one, mandate, now) for one in due)
        if done:
            _log.info("objects_destroyed", objects=done)
        return done

    @transaction.atomic
    def _destroy(self, one: Planned, mandate: Mandate, now: datetime) -> bool:
        """Whether the object was destroyed: its item is locked, and everything looked at again."""
        sightings = Sighting.objects.filter(blob=one.blob)
        list(Item.objects.select_for_update().filter(sightings__in=sightings).order_by("pk"))
        again = [_planned(row, mandate) for row in _rows(sightings)]
        if not again or any(found is None or not found.times.is_due(now) for found in again):
            return False
        facts = {"item": one.item, "rule": one.times.rule}
        record(
            "evidence_destroyed", actor=process("opener"), subject=one.blob, facts=facts, clock=self._clock
        )
        sightings.update(blob="")
        with suppress(Refused):  # a round that died had come so far; the entry says what is so
            self._blobs.destroy(one.blob)
        return True


def planned(mandate: Mandate, *, until: datetime) -> Iterator[Planned]:
    """Every object whose time under this mandate is over by then, held ones among them, the oldest first."""
    keeping, handed = mandate.keeping, mandate.after_hand_over
    ripe = Q(seen_at__lte=until - keeping.at_most)
    if "bytes" in handed.delete:
        ripe |= Q(item__police_told_at__lte=until - handed.within, seen_at__lte=until - keeping.at_least)
    for row in _rows(Sighting.objects.filter(ripe).exclude(blob="")):
        found = _planned(row, mandate)
        if found is not None and found.times.delete_by <= until:
            yield found


def kept_bytes() -> int:
    """How many objects of the vault sightings name."""
    return Sighting.objects.exclude(blob="").values("blob").distinct().count()


def _rows(sightings: QuerySet[Sighting]) -> Iterator[tuple[str, str, datetime, datetime | None, bool]]:
    told = sightings.annotate(is_held=is_held("item"), told=F("item__police_told_at"))
    columns = ("blob", "item__public_id", "seen_at", "told", "is_held")
    yield from told.order_by("seen_at", "pk").values_list(*columns).iterator(chunk_size=_ROWS)


def _planned(row: tuple[str, str, datetime, datetime | None, bool], mandate: Mandate) -> Planned | None:
    blob, item, seen_at, told, is_held = row
    times = times_of(Kept(fetched_at=seen_at, police_told_at=told, is_held=is_held), mandate)
    return None if times is None else Planned(blob=blob, item=item, times=times)
