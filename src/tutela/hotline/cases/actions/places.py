"""Where an item was seen: sightings, the digests of their addresses, and the keys they are sealed to."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from tutela.hotline.cases.actions.whose import person_of
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.models import Item, Membership, Series, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.sealed_texts import epoch_of, seal_text
from tutela.kernel.egress.urls import Url

_MACHINE_CLOCK = SystemClock()
#: Rows that are sealed anew in one transaction: some 50 ms in which others wait (our own).
RESEAL_ROWS = 50


@transaction.atomic
def record_sighting(item: Item, seen: Seen, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Sighting:
    """The sighting as it now stands in the database, with the index of its entry in the log."""
    sighting = Sighting(item=item, who=person_of(actor), **{"seen_at": clock.now(), **seen.columns()})
    facts: dict[str, Fact] = {"how": seen.how, "item": item.public_id, "reason": seen.reason}
    facts |= {"blob": seen.blob} if seen.blob else {}
    facts |= {"configuration": seen.configuration} if seen.configuration else {}
    subject = sighting.public_id
    sighting.log_index = record("sighting_recorded", actor=actor, subject=subject, facts=facts, clock=clock)
    sighting.save(force_insert=True)
    return sighting


@transaction.atomic
def record_address(
    sighting: Sighting, url: Url, key: IndexKey, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> Series | None:
    """The series of all items seen at this address, or None where there is no other one.

    ``url`` is what the fetcher answered; its keyed digests are kept and nothing else of it. Repeatable: what
    is known already is not written or recorded again.
    """
    digest = key.address_digest(url)
    if sighting.url_digest == digest:
        return _place_of(sighting.item)
    sighting.url_digest, sighting.host_digest = digest, key.host_digest(url)
    sighting.save(update_fields=["url_digest", "host_digest"])
    facts: dict[str, Fact] = {"item": sighting.item.public_id}
    record("address_recorded", actor=actor, subject=sighting.public_id, facts=facts, clock=clock)
    # after the record, which lets one writer on at a time: no pair is missed
    return join_place(sighting, clock)


@transaction.atomic
def record_whereabouts(
    sighting: Sighting,
    *,
    country: str,
    network_number: int | None,
    actor: Actor,
    clock: Clock = _MACHINE_CLOCK,
) -> None:
    """None; where the server of this place stands is written down, as a registry says. Repeatable.

    ``country`` is ISO 3166-1 alpha-2 or empty, ``network_number`` that of the autonomous system. What a
    registry does not say stays as it was.
    """
    now = (country or sighting.country, network_number or sighting.network_number)
    if now == (sighting.country, sighting.network_number):
        return
    sighting.country, sighting.network_number = now
    sighting.save(update_fields=["country", "network_number"])
    facts: dict[str, Fact] = {"item": sighting.item.public_id}
    record("whereabouts_recorded", actor=actor, subject=sighting.public_id, facts=facts, clock=clock)


def join_place(sighting: Sighting, clock: Clock) -> Series | None:
    """The series of this place, which the item now belongs to, and the first one that was seen there too.

    None where no other item was. The caller has the ledger's turn.
    """
    others = Sighting.objects.filter(url_digest=sighting.url_digest).exclude(item=sighting.item)
    first = others.select_related("item").order_by("pk").first()
    if first is None:
        return None
    series = _place_of(first.item) or Series.objects.create(kind="place", made_at=clock.now())
    for item in (first.item, sighting.item):
        Membership.objects.get_or_create(item=item, series=series)
    return series


def _place_of(item: Item) -> Series | None:
    return item.series.filter(kind="place").first()


def reseal_addresses(
    keys: SealingKeys,
    open_text: Callable[[bytes], str],
    *,
    actor: Actor,
    clock: Clock = _MACHINE_CLOCK,
) -> int:
    """How many sightings were sealed anew to the present keys, each whole or not at all.

    The opener's work, before an epoch of the vault is retired and after a new fetch key was made:
    ``open_text`` opens what is sealed to an epoch of the vault. May be called again after a crash; a call
    that finds nothing returns 0. Raises what ``open_text`` raises, and leaves that row as it was.
    """
    done = 0
    while ids := _to_reseal(keys):
        done += _reseal(ids, keys, open_text, actor=actor, clock=clock)
    return done


def _to_reseal(keys: SealingKeys) -> list[int]:
    vault, fetch = keys.vault.current().id, keys.fetch.current().id
    earlier = ~Q(url_epoch="") & ~Q(url_epoch=vault)
    unfetchable = ~Q(fetch_epoch="") & ~Q(fetch_epoch=fetch)
    found = Sighting.objects.filter(earlier | unfetchable).order_by("pk")
    return list(found.values_list("pk", flat=True)[:RESEAL_ROWS])


@transaction.atomic
def _reseal(
    ids: list[int], keys: SealingKeys, open_text: Callable[[bytes], str], *, actor: Actor, clock: Clock
) -> int:
    rows = list(Sighting.objects.select_for_update().filter(pk__in=ids))
    for row in rows:
        _seal_anew(row, keys, open_text)
    record("address_resealed", actor=actor, facts={"sightings": len(rows)}, clock=clock)
    return len(rows)


def _seal_anew(row: Sighting, keys: SealingKeys, open_text: Callable[[bytes], str]) -> None:
    for name in ("url_sealed", "host_sealed", "response_sealed", "referrer_sealed"):
        if sealed := bytes(getattr(row, name)):
            setattr(row, name, seal_text(open_text(sealed), keys.vault))
            row.url_epoch = epoch_of(getattr(row, name))
    if row.fetch_epoch:
        row.url_for_fetch = seal_text(open_text(bytes(row.url_sealed)), keys.fetch)
        row.fetch_epoch = epoch_of(row.url_for_fetch)
        if row.referrer_for_fetch:
            row.referrer_for_fetch = seal_text(open_text(bytes(row.referrer_sealed)), keys.fetch)
    row.save()
