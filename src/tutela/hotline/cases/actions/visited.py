"""One step of a visit as a sighting: the sealed picture of the page, its sealed outline, where that was."""

from __future__ import annotations

from django.db import transaction

from tutela.hotline.cases.actions.places import record_sighting
from tutela.hotline.cases.acts import PLACES
from tutela.hotline.cases.addresses import SealedAddress
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actions import record_custody
from tutela.hotline.ledger.actors import Actor
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.records import CustodyStep
from tutela.kernel.visiting.orders import Taken

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def record_visited(item: Item, taken: Taken, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Sighting:
    """The sighting of a step that somebody took on the page, and the first step of its picture's custody."""
    place = item.sightings.filter(how__in=PLACES).order_by("pk").first()
    seen = Seen(
        how="visited",
        process="visitor",
        reason="visit",
        address=SealedAddress(url_sealed=taken.url_sealed, host_sealed=taken.host_sealed, url_for_fetch=b""),
        at=clock.now(),
        monotonic_seconds=clock.monotonic_seconds(),
        level=place.level if place else 0,
        blob=taken.picture.blob,
        size_bytes=taken.size_bytes,
        sha256=taken.sha256,
        sha3_256=taken.sha3_256,
        response_sealed=taken.outline_sealed,
        tool=taken.browser,
        tool_version=taken.version,
        configuration=taken.configuration,
    )
    sighting = record_sighting(item, seen, actor=actor, clock=clock)
    record_custody(_custody(sighting, taken))
    return sighting


def _custody(seen: Sighting, taken: Taken) -> CustodyStep:
    return CustodyStep(
        act="sealed",
        blob=taken.picture.blob,
        epoch=taken.picture.epoch,
        commitment=taken.picture.commitment,
        at=seen.seen_at,
        monotonic_seconds=seen.seen_monotonic_seconds or 0.0,
        process=seen.process,
        who=seen.who,
        source=seen.public_id,
        reason=seen.reason,
        tool="tutela",
        version=taken.version,
        configuration=taken.configuration,
    )
