"""What a court or an authority forbids to touch: an item, and all that stood on a page that is held."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable

from tutela.hotline.cases.actions.ending import LEGAL_HOLD
from tutela.hotline.cases.models import Item, Membership

#: Where an item is that may not be touched.
HELD = Q(state="held", state_reason=LEGAL_HOLD)


def is_held(item: str) -> Combinable | Q:
    """The condition on rows of a query that the item in their column ``item`` is held, or its page is."""
    pages = Membership.objects.filter(item=OuterRef(item), series__page__in=Item.objects.filter(HELD))
    return Exists(Item.objects.filter(HELD, pk=OuterRef(item))) | Exists(pages)
