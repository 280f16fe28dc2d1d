"""A look at a sighting from one vantage point: what is known of it, and what the answer says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.hotline.cases.actions.findings import Print
from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.models import Sighting
from tutela.hotline.cases.moved_places import MovedPlace, Signs, move_place
from tutela.hotline.takedown.actions.controlling import fresh_control
from tutela.hotline.takedown.asking import Came, Question, ask, ask_for_control, pictures_of
from tutela.hotline.takedown.judging import Control, Judged, Known, judge, wants_control
from tutela.kernel.egress.urls import Url


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one look found. ``control``: of the host of this digest, where it is a new one.

    ``there`` is the address of the place and ``met`` that of its machine; neither is ever kept. ``moved`` is
    the place at another host where its content was met.
    """

    vantage: str
    at: datetime
    judged: Judged
    host: str = field(default="", repr=False)
    control: Control | None = None
    there: Url | None = field(default=None, repr=False)
    met: str = field(default="", repr=False)
    moved: MovedPlace | None = field(default=None, repr=False)


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
    seen = Seen(vantage=vantage, at=at, judged=judge(known, came.shown), there=came.address, met=came.met)
    if came.address is not None and wants_control(known, came.shown):
        host = tools.index_key().host_digest(came.address)
        kept = fresh_control(host, vantage, clock=tools.clock)
        control = kept or ask_for_control(came.address, question, tools)
        judged = judge(known, came.shown, control)
        seen = replace(seen, judged=judged, host=host, control=None if kept else control)
    return replace(seen, moved=_moved(sighting, seen, came, tools))


def _moved(sighting: Sighting, seen: Seen, came: Came, tools: Equipment) -> MovedPlace | None:
    """The place at another host, where redirects led to the content there; else None."""
    if seen.judged.result != "moved" or came.answer is None:
        return None
    signs = _same_signs(sighting) if came.answer.sha256 == sighting.sha256 else _new_signs(came)
    return move_place(came.answer, signs, at=seen.at, keys=tools.sealing(), index=tools.index_key())


def _same_signs(sighting: Sighting) -> Signs:
    """The signs of the same bytes, which nobody opened again."""
    rows = sighting.fingerprints.order_by("pk")
    return Signs(
        prints=tuple(
            Print(kind=one.kind, form=one.form, value=one.value, quality=one.quality) for one in rows
        ),
        text_bytes=sighting.text_bytes,
        text_digest=sighting.text_digest,
        text_simhash=sighting.text_simhash,
    )


def _new_signs(came: Came) -> Signs:
    """The signs of what was opened now: of a medium, or of a page."""
    page = came.shown.page
    if page is None:
        return Signs(prints=came.prints)
    return Signs(
        text_bytes=page.text_bytes,
        text_digest=page.text_digest,
        text_simhash=f"{page.text_simhash:016x}",
    )


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
