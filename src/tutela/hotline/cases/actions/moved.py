"""What was met at another host, as further places of the same item: its own hoster can be told there."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tutela.hotline.cases.actions.findings import record_fingerprints
from tutela.hotline.cases.actions.places import join_place
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT, MOVED_MAX, MovedPlace
from tutela.hotline.cases.seen import Seen
from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.ledger import store
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def open_moved(
    item: Item,
    seen: Sighting,
    moved: Sequence[MovedPlace],
    *,
    actor: Actor,
    clock: Clock = _MACHINE_CLOCK,
) -> list[Sighting]:
    """The new places of the item to which redirects led from ``seen``; each address becomes one once.

    Repeatable. Not where the item is closed, and at most ``MOVED_MAX`` of an item: what is beyond is
    counted in the entry and not opened. The item is locked by the caller; nobody is told by this.
    """
    if not moved or item.state in TERMINAL:
        return []
    store.take_turn()  # from here on nobody else opens the same address
    digests = [one.url_digest for one in moved]
    known = set(item.sightings.filter(url_digest__in=digests).values_list("url_digest", flat=True))
    fresh = list({one.url_digest: one for one in moved if one.url_digest not in known}.values())
    if not fresh:
        return []
    room = max(0, MOVED_MAX - item.sightings.filter(found_as=BY_REDIRECT).count())
    opened = [_opened(item, seen, one, actor, clock) for one in fresh[:room]]
    facts: dict[str, Fact] = {"item": item.public_id, "opened": len(opened), "left_out": len(fresh[room:])}
    record("redirect_followed", actor=actor, subject=seen.public_id, facts=facts, clock=clock)
    return opened


def _opened(item: Item, seen: Sighting, one: MovedPlace, actor: Actor, clock: Clock) -> Sighting:
    place = Sighting(item=item, found_on=seen, **_columns(seen, one))
    facts: dict[str, Fact] = {"how": place.how, "item": item.public_id, "reason": place.reason}
    facts["configuration"] = place.configuration
    subject = place.public_id
    place.log_index = record("sighting_recorded", actor=actor, subject=subject, facts=facts, clock=clock)
    place.save(force_insert=True)
    record_fingerprints(place, one.signs.prints, actor=actor, clock=clock)
    join_place(place, clock)
    return place


def _columns(seen: Sighting, one: MovedPlace) -> dict[str, object]:
    """The row of the place. Its host is told the referrer that the first one is told, as this look did."""
    answer, signs = one.answer, one.signs
    row = Seen(
        how="fetched",
        process="fetcher",
        reason=seen.reason,
        address=one.address,
        at=one.at,
        level=seen.level,
        found_as=BY_REDIRECT,
        referrer_sealed=bytes(seen.referrer_sealed),
        referrer_for_fetch=bytes(seen.referrer_for_fetch),
        url_digest=one.url_digest,
        host_digest=one.host_digest,
        text_bytes=signs.text_bytes,
        text_digest=signs.text_digest,
        text_simhash=signs.text_simhash,
        status_code=answer.status,
        size_bytes=answer.size_bytes,
        sha256=answer.sha256,
        sha3_256=answer.sha3_256,
        response_sealed=answer.response_sealed,
        tool="tutela",
        tool_version=answer.version,
        configuration=answer.configuration,
    ).columns()
    if seen.referrer_sealed:  # sealed when the first place was: the earlier epoch says when to seal anew
        row |= {"url_epoch": seen.url_epoch, "fetch_epoch": seen.fetch_epoch}
    return row
