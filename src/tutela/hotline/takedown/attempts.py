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
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try at a letter. ``token`` fences every later write; what takes a notice back carries itself."""

    letter: str
    message_id: str
    token: int
    number: int
    address: str
    host: str
    retracts: str
    retracts_message_id: str
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
        retracts=first.retracts.public_id if first.retracts else "",
        retracts_message_id=first.retracts.message_id if first.retracts else "",
        notices=tuple(_carried(notice) for notice in notices),
    )


def _carried(notice: Notice) -> Carried:
    return Carried(
        notice=notice.public_id,
        sighting=notice.sighting.public_id,
        url_sealed=bytes(notice.sighting.url_sealed),
        sha256=notice.sighting.sha256,
        seen_at=notice.seen_at,
    )
