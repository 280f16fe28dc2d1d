"""A look at a sighting from one vantage point: what is known of it, and what the answer says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tutela.hotline.cases.actions.findings import Print
from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.actions.controlling import fresh_control
from tutela.hotline.takedown.asking import Came, Question, ask, ask_for_control, pictures_of
from tutela.hotline.takedown.judging import Control, Judged, Known, judge, wants_control
from tutela.kernel.egress.urls import Url


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one look found. ``control``: of the host of this digest, where it is a new one.

    ``there`` is the address at which it was found and ``met`` that of the machine; neither is ever kept.
    """

    vantage: str
    at: datetime
    judged: Judged
    host: str = field(default="", repr=False)
    control: Control | None = None
    there: Url | None = field(default=None, repr=False)
    met: str = field(default="", repr=False)


def see(sighting: Sighting, vantage: str, tools: Equipment) -> Seen:
    """What is at the place now. Raises Unavailable where the fetcher or the media workers are away."""
    known, at = known_of(sighting), tools.clock.now()
    question = Question(
        sealed_url=bytes(sighting.url_for_fetch),
        sealed_referrer=bytes(sighting.referrer_for_fetch),
        vantage=vantage,
        known_sha256=known.sha256,
        bytes_max=tools.body_bytes_max,
    )
    came = ask(question, tools)
    if came.address is None or not wants_control(known, came.shown):
        return Seen(vantage=vantage, at=at, judged=judge(known, came.shown), there=_there(came), met=came.met)
    host = tools.index_key().host_digest(came.address)
    kept = fresh_control(host, vantage, clock=tools.clock)
    control = kept or ask_for_control(came.address, question, tools)
    judged = judge(known, came.shown, control)
    return Seen(
        vantage=vantage,
        at=at,
        judged=judged,
        host=host,
        control=None if kept else control,
        there=_there(came),
        met=came.met,
    )


def _there(came: Came) -> Url | None:
    """Where the content was met: where redirects led, else what was asked."""
    return came.final or came.address


def known_of(sighting: Sighting) -> Known:
    """What was seen there, from the database."""
    rows = sighting.fingerprints.filter(kind="pdq").order_by("pk")
    prints = tuple(Print(kind=one.kind, value=one.value, quality=one.quality) for one in rows)
    return Known(
        sha256=sighting.sha256,
        pictures=pictures_of(prints),
        text_digest=sighting.text_digest,
        text_simhash=int(sighting.text_simhash, 16) if sighting.text_simhash else None,
    )
