"""What of a case is still on its way to a partner, and needs its addresses until it is there."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from tutela.hotline.partners.acts import ON_ITS_WAY
from tutela.hotline.partners.models import ReferredItem


def is_on_its_way() -> Exists:
    """The condition on rows of items that a referral of it is not handed over yet."""
    return Exists(ReferredItem.objects.filter(item=OuterRef("pk"), referral__state__in=ON_ITS_WAY))
