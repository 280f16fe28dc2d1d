"""What a court or an authority forbids to touch: an item, and all that stood on a page that is held."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable

from tutela.hotline.cases.actions.ending import LEGAL_HOLD
from tutela.hotline.cases.models import Item, Membership

#: Where an item is that may not be touched.
HELD = Q(state="held", state_reason=LEGAL_HOLD)
#: Days after which a hold without an end is to be looked at (our own; governance.md 5.2 asks for an end).
REVIEW_DAYS = 90


def is_held(item: str) -> Combinable | Q:
    """The condition on rows of a query that the item in their column ``item`` is held, or its page is."""
    pages = Membership.objects.filter(item=OuterRef(item), series__page__in=Item.objects.filter(HELD))
    return Exists(Item.objects.filter(HELD, pk=OuterRef(item))) | Exists(pages)


def holds_to_review(now: datetime) -> int:
    """How many legal holds somebody has to look at: their time is over, or they have none and are old.

    None of them ends by itself: a court said so, and a person asks whether it still does.
    """
    over = Q(held_until__lt=now)
    old = Q(held_until=None, moved_at__lt=now - timedelta(days=REVIEW_DAYS))
    return Item.objects.filter(HELD).filter(over | old).count()
