"""What a referral says, as values: facts of items and of how they were seen, never a byte of what they show.

Read from the database; addresses and the record of each fetch come from the opener, which writes every
opening down before it releases anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tutela.hotline.cases.models import Item, Match, Sighting, Verdict
from tutela.hotline.ledger.queries import openings_of
from tutela.hotline.partners.models import Partner, Referral
from tutela.hotline.people.mandate.shapes import Mandate

#: What this document calls itself; the number rises with every change that a reader has to know of.
SCHEMA, VERSION = "tutela-referral", 1

#: Opens a sealed text of a sighting: (id of the sighting, sealed text) -> text.
Opened = Callable[[str, bytes], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenAt:
    """One sighting: ISO/IEC 27037's facts. ``way``: what the fetch met, step by step, where it was kept."""

    sighting: str
    how: str
    seen_at: datetime
    monotonic_seconds: float | None
    address: str = field(repr=False)
    way: Mapping[str, Any] = field(repr=False)
    country: str
    network_number: int | None
    status_code: int | None
    size_bytes: int | None
    sha256: str = field(repr=False)
    sha3_256: str = field(repr=False)
    seal: str
    process: str
    tool: str
    tool_version: str
    configuration_sha256: str
    reason: str
    log_index: int
    openings: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """An entry of a list that the item meets."""

    list_id: str
    list_version: str
    entry: str
    kind: str
    distance_bits: int | None
    confirmed: str
    approved: bool
    legal_class: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What people of this house found, and how many of them looked."""

    legal_class: str
    scheme: str
    category: str
    people: int
    organisations: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferredFacts:
    """One item of the referral. ``openings``: how often somebody of this house had its bytes opened, and
    ``people_opened`` how many people that were.
    """

    item: str
    kind: str
    source: str
    urgent: bool
    opened_at: datetime
    openings: int
    people_opened: int
    matches: tuple[Known, ...]
    verdicts: tuple[Judged, ...]
    sightings: tuple[SeenAt, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferralDocument:
    """The whole document. ``answer``: where the outcome is put in, until it is how the case ended."""

    referral: str
    test: bool
    made_at: datetime
    grounds: str
    house: str
    jurisdiction: str
    partner: str
    partner_name: str
    country: str
    language: str
    answer: str = field(repr=False)
    items: tuple[ReferredFacts, ...]


def build_document(
    referral: Referral, mandate: Mandate, *, answer: str, made_at: datetime, opened: Opened
) -> ReferralDocument:
    """The document of this referral. Errors of ``opened`` pass: Refused, Unavailable."""
    partner: Partner = referral.partner
    return ReferralDocument(
        referral=referral.public_id,
        test=partner.test or mandate.rehearsal,
        made_at=made_at,
        grounds=referral.grounds,
        house=mandate.house,
        jurisdiction=mandate.jurisdiction,
        partner=partner.public_id,
        partner_name=partner.name,
        country=partner.country,
        language=partner.language,
        answer=answer,
        items=tuple(_item(one, opened) for one in referral.items.order_by("pk")),
    )


def _item(item: Item, opened: Opened) -> ReferredFacts:
    sightings = list(item.sightings.order_by("pk"))
    by_object = openings_of([one.blob for one in sightings if one.blob])
    openings = [who for people in by_object.values() for who in people]
    return ReferredFacts(
        item=item.public_id,
        kind=item.kind,
        source=item.source,
        urgent=item.urgent,
        opened_at=item.opened_at,
        openings=len(openings),
        people_opened=len(set(openings)),
        matches=tuple(map(_known, item.matches.select_related("fingerprint").order_by("pk"))),
        verdicts=tuple(map(_judged, item.verdicts.order_by("pk"))),
        sightings=tuple(_seen(one, opened, len(by_object.get(one.blob, ()))) for one in sightings),
    )


def _known(match: Match) -> Known:
    return Known(
        list_id=match.list_id,
        list_version=match.list_version,
        entry=match.entry,
        kind=match.fingerprint.kind,
        distance_bits=match.distance_bits,
        confirmed=match.confirmed,
        approved=match.approved,
        legal_class=match.legal_class,
    )


def _judged(verdict: Verdict) -> Judged:
    return Judged(
        legal_class=verdict.legal_class,
        scheme=verdict.scheme,
        category=verdict.category,
        people=verdict.votes,
        organisations=verdict.organisations,
        at=verdict.made_at,
    )


def _seen(one: Sighting, opened: Opened, openings: int) -> SeenAt:
    way = bytes(one.response_sealed)
    address = bytes(one.url_sealed)
    return SeenAt(
        sighting=one.public_id,
        how=one.how,
        seen_at=one.seen_at,
        monotonic_seconds=one.seen_monotonic_seconds,
        address=opened(one.public_id, address) if address else "",
        way=_way(opened(one.public_id, way)) if way else {},
        country=one.country,
        network_number=one.network_number,
        status_code=one.status_code,
        size_bytes=one.size_bytes,
        sha256=one.sha256,
        sha3_256=one.sha3_256,
        seal=one.blob,
        process=one.process,
        tool=one.tool,
        tool_version=one.tool_version,
        configuration_sha256=one.configuration,
        reason=one.reason,
        log_index=one.log_index,
        openings=openings,
    )


def _way(untrusted_record: str) -> Mapping[str, Any]:
    """The record of a fetch as the fetcher kept it, or as text where it is no table."""
    try:
        found = json.loads(untrusted_record)
    except (ValueError, RecursionError):
        return {"text": untrusted_record}
    return found if isinstance(found, dict) else {"text": untrusted_record}
