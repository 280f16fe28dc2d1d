"""Telling pages that something which stood on them has come to an end, in a job of their own.

Called before the ledger is locked: whoever moves an item takes jobs, items and ledger in this order.
"""

from __future__ import annotations

from datetime import timedelta

from tutela.hotline.cases.job_kinds import SETTLE_PAGE
from tutela.hotline.cases.models import Item
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import NORMAL, URGENT
from tutela.kernel.clock import Clock

#: Seconds in which the media of a page are waited for together: one job looks for all that end in them (our
#: own).
TOGETHER_SECONDS = 2


def tell_pages(item: Item, *, clock: Clock, at_once: bool = False) -> None:
    """Return once each page in whose group the item is will look at it, soon after this transaction.

    ``at_once``: before all else, since what was said of the page may have to be taken back.
    """
    pages = Item.objects.filter(page_series__memberships__item=item).exclude(state="closed").distinct()
    for page in pages.order_by("public_id"):
        tell_page(page, clock=clock, at_once=at_once)


def tell_page(page: Item, *, clock: Clock, at_once: bool = False) -> None:
    """Return once the page will look at what stood on it, soon after this transaction."""
    put(
        SETTLE_PAGE,
        {"item": page.public_id},
        key=f"{SETTLE_PAGE}-{page.public_id}",
        due=clock.now() + timedelta(seconds=0 if at_once else TOGETHER_SECONDS),
        priority=URGENT if page.urgent or at_once else NORMAL,
        clock=clock,
    )
