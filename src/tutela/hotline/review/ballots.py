"""Assessments as votes: what the quorum counts, and what it says to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tutela.hotline.cases.evidence import consequence_of
from tutela.hotline.cases.models import Item
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.quorum.deciding import Vote, Vouched
from tutela.hotline.people.quorum.needs import Look
from tutela.hotline.people.quorum.reading import quorum_in_force
from tutela.hotline.people.vouching.queries import standing_votes
from tutela.hotline.review.acts import SAYING
from tutela.hotline.review.models import Assessment
from tutela.kernel.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What the assessments of an item amount to: an outcome, and for what is illegal its class.

    ``votes`` and ``organisations`` stand behind it; ``second_look_due`` where one person was enough.
    """

    outcome: str
    legal_class: str
    scheme: str
    category: str
    votes: int
    organisations: int
    second_look_due: datetime | None


def in_force(item: Item) -> list[Assessment]:
    """What people say of the item and have not taken back, the oldest first."""
    rows = Assessment.objects.filter(item=item, withdrawn_at=None, outcome__in=SAYING)
    return list(rows.select_related("exposure").order_by("made_at", "pk"))


def votes_behind(item: Item) -> list[Vote]:
    """The votes on the item's last verdict, as they count now; none where it names nothing illegal.

    For ``cases.votes``: takedown asks before a notice, and does not know assessments.
    """
    verdict = item.verdicts.order_by("-pk").first()
    if verdict is None or not verdict.legal_class:
        return []
    return standing_votes(as_votes(in_force(item), "illegal", verdict.legal_class))


def as_votes(rows: Iterable[Assessment], outcome: str, legal_class: str) -> list[Vote]:
    """Each assessment as a vote for this outcome and class, or against it."""
    return [
        Vote(
            person=one.who,
            organisation=one.organisation,
            key=one.key,
            look=cast("Look", one.exposure.level) if one.exposure else "none",
            at=one.made_at,
            agrees=(one.outcome, one.legal_class) == (outcome, legal_class),
            jurisdiction=one.jurisdiction,
            vouched=cast("Vouched", one.vouched),
        )
        for one in rows
    ]


def reached(item: Item, *, clock: Clock) -> Reached | None:
    """What the assessments amount to; None while the quorum asks for somebody else's."""
    rows = in_force(item)
    said = list(dict.fromkeys((one.outcome, one.legal_class) for one in reversed(rows)))
    found = (_reached(item, rows, outcome, legal_class, clock) for outcome, legal_class in said)
    return next((one for one in found if one is not None), None)


def _reached(
    item: Item, rows: list[Assessment], outcome: str, legal_class: str, clock: Clock
) -> Reached | None:
    votes = standing_votes(as_votes(rows, outcome, legal_class), clock=clock)
    quorum = quorum_in_force(clock=clock)
    decisions = [quorum.decide(one, votes) for one in _consequences(item, outcome, clock)]
    if not all(one.allowed for one in decisions):
        return None
    latest = [one for one in rows if (one.outcome, one.legal_class) == (outcome, legal_class)][-1]
    tally = decisions[0].tally
    return Reached(
        outcome=outcome,
        legal_class=legal_class,
        scheme=latest.scheme,
        category=latest.category,
        votes=max(1, tally.votes),
        organisations=max(1, tally.organisations),
        second_look_due=decisions[-1].second_look_due,
    )


def _consequences(item: Item, outcome: str, clock: Clock) -> list[str]:
    """What follows from the outcome, as the quorum knows it; a notice only where this house writes any."""
    if outcome == "out_of_scope":
        return ["closing"]
    if outcome == "not_illegal":
        return ["verdict", "closing"]
    if mandate_in_force(clock=clock).grants("notify_host"):
        return ["verdict", consequence_of(item)]
    return ["verdict"]
