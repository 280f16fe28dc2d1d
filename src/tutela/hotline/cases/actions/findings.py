"""What is found out about an item: fingerprints, matches, ratings, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from tutela.hotline.cases.actions.items import check_reason, locked
from tutela.hotline.cases.models import Fingerprint, Item, Match, Rating, Sighting, Verdict
from tutela.hotline.cases.states import CONFIRMING
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused
from tutela.kernel.taxonomy.classes import check_legal_class

_MACHINE_CLOCK = SystemClock()
#: What ``confirmed`` may say of a match; empty: it is a candidate (decisions.md section 2).
CONFIRMED = frozenset({"", "second_hash"}) | CONFIRMING
#: What ``status`` may say of a match.
STATUSES = frozenset({"known", "candidate"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """A fingerprint as it was made: kind, shown form (decisions.md section 1), hex value, quality 0-100."""

    kind: str
    value: str = field(repr=False)
    form: str = ""
    quality: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Met:
    """A match as it was found; ``approved``: the entry may cause a notice. ``distance_bits``: None if exact.

    Raises Invalid for a status, a confirmation or a class that is none, and for a candidate that claims to be
    confirmed.
    """

    list_id: str
    list_version: str
    entry: str
    status: str
    confirmed: str
    approved: bool
    reason: str
    votes: int = 0
    legal_class: str = ""
    distance_bits: int | None = None

    def __post_init__(self) -> None:
        if self.status not in STATUSES or self.confirmed not in CONFIRMED:
            raise Invalid("a match is known or candidate, confirmed by sha256, person or second_hash")
        if self.status == "candidate" and self.confirmed:
            raise Invalid("a candidate is not confirmed", field="confirmed")
        _check_class(self.legal_class)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """A machine's opinion: score 0 to 1, declared words as reasons, the weightiest first."""

    model: str
    model_version: str
    score: float
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a score that is no share: an order of work made of it would be one of chance."""
        if not 0 <= self.score <= 1:
            raise Invalid("a score lies between 0 and 1", field="score")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What assessments amount to. ``legal_class`` is empty where nothing is illegal."""

    legal_class: str
    scheme: str
    category: str
    votes: int
    organisations: int = 1

    def __post_init__(self) -> None:
        """Refuse a verdict of nobody, and a class outside the closed set."""
        if self.votes < 1 or self.organisations < 1:
            raise Invalid("a verdict rests on somebody's assessment", field="votes")
        _check_class(self.legal_class)


@transaction.atomic
def record_fingerprints(
    sighting: Sighting, prints: Sequence[Print], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> list[Fingerprint]:
    """All fingerprints of the sighting. Repeatable: what is there already is not written again."""
    before = sighting.fingerprints.count()
    Fingerprint.objects.bulk_create(
        [
            Fingerprint(
                item_id=sighting.item_id, sighting=sighting, kind=one.kind, form=one.form, value=one.value,
                quality=one.quality, made_at=clock.now(),
            )
            for one in prints
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    now = list(sighting.fingerprints.order_by("pk"))
    if len(now) > before:
        facts: dict[str, Fact] = {"item": sighting.item.public_id, "fingerprints": len(now) - before}
        record("fingerprints_recorded", actor=actor, subject=sighting.public_id, facts=facts, clock=clock)
    return now


@transaction.atomic
def record_match(fingerprint: Fingerprint, met: Met, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Match:
    """The match. Repeatable: the same fingerprint, list, version and entry are one match."""
    check_reason(met.reason)
    match, is_new = Match.objects.get_or_create(
        fingerprint=fingerprint, list_id=met.list_id, list_version=met.list_version, entry=met.entry,
        defaults={
            "item_id": fingerprint.item_id, "distance_bits": met.distance_bits, "status": met.status,
            "confirmed": met.confirmed, "approved": met.approved, "votes": met.votes,
            "legal_class": met.legal_class, "reason": met.reason, "made_at": clock.now(),
        },
    )  # fmt: skip
    if is_new:
        facts: dict[str, Fact] = {"status": met.status, "approved": met.approved, "votes": met.votes}
        facts["proves"] = met.confirmed in CONFIRMING
        subject = fingerprint.item.public_id
        record("match_recorded", actor=actor, subject=subject, facts=facts, clock=clock)
    return match


@transaction.atomic
def record_rating(item: Item, rated: Rated, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Rating:
    """The rating, one more each time: an opinion that changed stays readable."""
    for word in rated.reasons:
        check_reason(word)
    rating = Rating.objects.create(
        item=item, model=rated.model, model_version=rated.model_version, score=rated.score,
        reasons={"v": 1, "words": list(rated.reasons)}, made_at=clock.now(),
    )  # fmt: skip
    facts: dict[str, Fact] = {"score_permille": round(rated.score * 1000)}
    record("rating_recorded", actor=actor, subject=item.public_id, facts=facts, clock=clock)
    return rating


@transaction.atomic
def record_verdict(item: Item, judged: Judged, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Verdict:
    """The verdict, now in force; its ``item`` is the one to be moved on, the one handed in is stale.

    Raises Conflict where somebody was faster, so that of two decisions on one state of an item one stands;
    Refused where nobody is looking at it.
    """
    held = locked(item)
    if held.state != "in_review":
        raise Refused("a verdict is reached in review")
    held.version += 1
    held.save(update_fields=["version"])
    verdict = Verdict(
        item=held, legal_class=judged.legal_class, scheme=judged.scheme, category=judged.category,
        votes=judged.votes, organisations=judged.organisations, made_at=clock.now(),
    )  # fmt: skip
    facts: dict[str, Fact] = {"votes": judged.votes, "organisations": judged.organisations}
    facts |= {"legal_class": judged.legal_class or "not_illegal", "version": held.version}
    verdict.log_index = record(
        "verdict_recorded", actor=actor, subject=held.public_id, facts=facts, clock=clock
    )
    verdict.save(force_insert=True)
    return verdict


def _check_class(untrusted_class: str) -> None:
    try:
        check_legal_class(untrusted_class)
    except ValueError as error:
        raise Invalid(str(error), field="legal_class") from error
