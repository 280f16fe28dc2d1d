"""What partners tells of an item: whom the case was handed to, and what became of it there."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tutela.hotline.cases.models import Item
from tutela.hotline.cases.timeline import Told
from tutela.hotline.partners.models import Referral
from tutela.hotline.partners.words import OUTCOME_NAMES

_QUEUED = _("The case was put in line for {name}.")
_HANDED = _("The case was handed to {name}.")
_ANSWERED = _("{name} answered: {outcome}.")
_LINK = _("Referral")


def tell(item: Item) -> Iterator[Told]:
    """Each step of the item's referrals; one query."""
    for one in Referral.objects.filter(items=item).select_related("partner").order_by("pk"):
        name, page = one.partner.name, {"route": "referral", "subject": one.public_id}
        outcome = OUTCOME_NAMES.get(one.outcome, one.outcome)
        steps = (
            (one.queued_at, format_lazy(_QUEUED, name=name)),
            (one.handed_at, format_lazy(_HANDED, name=name)),
            (one.answered_at, format_lazy(_ANSWERED, name=name, outcome=outcome)),
        )
        for at, sentence in steps:
            if at is not None:
                yield Told(at=at, sentence=sentence, link=_LINK, act="see_referrals", **page)
