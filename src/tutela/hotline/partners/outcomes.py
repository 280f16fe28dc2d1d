"""What became of cases: the answers of partners, for whoever worked on them. Nothing that was sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.hotline.ledger.queries import subjects_of
from tutela.hotline.partners.models import Referral, ReferredItem

#: Answers of one page.
ROWS_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeRow:
    """What a partner said last of one referral. ``own``: items of it that the reader worked on, or had handed
    over; ``others`` how many more it names.
    """

    referral: str
    answered_at: datetime
    outcome: str
    partner: str
    kind: str
    country: str
    test: bool
    own: tuple[str, ...]
    others: int


def outcomes_for(who: str) -> list[OutcomeRow]:
    """Of the newest answers those to referrals that ``who`` (an id) has to do with, the newest first."""
    rows = Referral.objects.filter(answered_at__isnull=False).defer("document_sealed")
    answered = list(rows.select_related("partner").order_by("-answered_at", "-id")[:ROWS_MAX])
    named = ReferredItem.objects.filter(referral__in=[one.pk for one in answered])
    touched = subjects_of(who, named.values("item__public_id"))
    items: dict[int, list[str]] = {}
    for key, item in named.order_by("pk").values_list("referral", "item__public_id"):
        items.setdefault(key, []).append(item)
    found = (_row(one, items.get(one.pk, []), touched, who) for one in answered)
    return [row for row in found if row.own]


def _row(one: Referral, items: list[str], touched: set[str], who: str) -> OutcomeRow:
    own = tuple(item for item in items if one.queued_by == who or item in touched)
    return OutcomeRow(
        referral=one.public_id,
        answered_at=one.answered_at or one.queued_at,
        outcome=one.outcome,
        partner=one.partner.name,
        kind=one.partner.kind,
        country=one.partner.country,
        test=one.partner.test,
        own=own,
        others=len(items) - len(own),
    )
