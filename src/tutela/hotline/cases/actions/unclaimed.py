"""Objects of the vault that no sighting names: what was fetched for a worker that then died.

It is fetched again, and the first copy destroyed. Called in the opener's process, which alone reaches vault
and ledger. An object goes when two rounds have found it without a sighting: a job that is still at it writes
its sighting in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import transaction

from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.blobs import BlobStore
from tutela.kernel.errors import Refused

_MACHINE_CLOCK = SystemClock()
#: Ids that are asked for in one statement (SQLite takes 32,766 parameters; our own).
_IDS_AT_ONCE = 500


def unclaimed(blobs: BlobStore) -> frozenset[str]:
    """The ids of all objects that no sighting names at this moment."""
    return frozenset(_unclaimed(list(blobs.blobs())))


def destroy_unclaimed(
    blobs: BlobStore, before: Collection[str], *, clock: Clock = _MACHINE_CLOCK
) -> frozenset[str]:
    """What is unclaimed now and is to be handed in as ``before`` the next time, an hour later or more.

    Objects that were unclaimed ``before`` and are so still are destroyed, each with an entry of the ledger
    first. Raises Unavailable where the vault cannot be changed, Django's database errors.
    """
    now = unclaimed(blobs)
    for blob in sorted(now & set(before)):
        _destroy(blobs, blob, clock)
    return now - set(before)


def _unclaimed(ids: list[str]) -> Iterator[str]:
    for first in range(0, len(ids), _IDS_AT_ONCE):
        part = ids[first : first + _IDS_AT_ONCE]
        yield from set(part) - set(Sighting.objects.filter(blob__in=part).values_list("blob", flat=True))


def _destroy(blobs: BlobStore, blob: str, clock: Clock) -> None:
    with transaction.atomic():
        record("object_destroyed", actor=process("opener"), subject=blob, clock=clock)
    try:
        blobs.destroy(blob)
    except Refused:  # somebody else was faster; the entry says what is so
        return
