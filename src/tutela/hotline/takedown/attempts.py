"""One try at one letter, as its sender holds it: what it says, to whom, and the token that fences it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tutela.hotline.takedown.models import Letter, Notice


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """One notice of a letter: its place, sealed, and what was met there."""

    notice: str
    sighting: str
    url_sealed: bytes = field(repr=False)
    sha256: str = field(repr=False)
    first_seen_at: datetime
    seen_at: datetime
    network_number: int | None
    country: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is asked of the recipient and on what grounds, the same for all notices of the letter.

    ``country`` and ``digests`` are the recipient's. ``first_sent`` and ``first_message_id`` are those of the
    letter that this one reminds of, or takes a notice of back.
    """

    consequence: str
    legal_class: str
    rung: str
    is_proxy: bool
    country: str
    digests: str
    reminder: int = 0
    first_sent: datetime | None = None
    first_message_id: str = ""
    order_authority: str = ""
    order_base: str = ""
    order_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try at a letter. ``token`` fences every later write; what takes a notice back carries itself."""

    letter: str
    message_id: str
    token: int
    number: int
    address: str
    host: str
    language: str
    retracts: str
    terms: Terms
    notices: tuple[Carried, ...] = field(repr=False)


def attempt_at(letter: Letter, notices: list[Notice]) -> Attempt:
    """The try that has begun at this letter with these notices, all of one claim."""
    first = notices[0]
    return Attempt(
        letter=letter.public_id,
        message_id=letter.message_id,
        token=first.token,
        number=first.attempts,
        address=first.recipient.address,
        host=letter.host,
        language=letter.language,
        retracts=first.retracts.public_id if first.retracts else "",
        terms=_terms(first),
        notices=tuple(_carried(notice) for notice in notices),
    )


def _terms(notice: Notice) -> Terms:
    earlier = notice.retracts.letter if notice.retracts else notice.reminds
    return Terms(
        consequence=notice.consequence,
        legal_class=notice.legal_class,
        rung=notice.rung,
        is_proxy=notice.is_proxy,
        country=notice.recipient.country,
        digests=notice.recipient.digests,
        reminder=notice.reminder,
        first_sent=earlier.made_at if earlier else None,
        first_message_id=earlier.message_id if earlier else "",
        order_authority=notice.order_authority,
        order_base=notice.order_base,
        order_until=notice.order_until,
    )


def _carried(notice: Notice) -> Carried:
    sighting = notice.sighting
    return Carried(
        notice=notice.public_id,
        sighting=sighting.public_id,
        url_sealed=bytes(sighting.url_sealed),
        sha256=sighting.sha256,
        first_seen_at=sighting.seen_at,
        seen_at=notice.seen_at,
        network_number=sighting.network_number,
        country=sighting.country,
    )
