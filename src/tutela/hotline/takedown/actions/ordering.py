"""An authority's order, handed on to somebody who was asked, or is about to be: one act.

The house decides nothing here: a person notes who gave the order, under which provision and until when. It
is addressed to that recipient, so whoever is told next is asked, not ordered.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from tutela.hotline.cases.actions import move_item
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.access import access_notice, is_retracted
from tutela.hotline.takedown.actions.moving import locked_notice
from tutela.hotline.takedown.actions.queueing import ORDER_COLUMNS, order_columns, queue_again
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.permitting import check_orders, is_person
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.share.notices.contents import Order

#: The farthest deadline (our own: what lies farther ahead is a slip of the pen).
DEADLINE_MAX = timedelta(days=366)

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def hand_on_order(
    untrusted_notice: str, order: Order, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> Notice:
    """The notice that hands the order on: this one where it was not tried yet, else one that follows it.

    Raises Invalid for a deadline that lies behind or more than a year ahead; Refused for anybody but a person
    and where the mandate gives no power for it, or as ``queue_notice``; Conflict where the notice was taken
    back, is on its way, did not go out, or its place is gone.
    """
    if not is_person(actor):
        raise Refused("a person hands an order on")
    check_orders(clock)
    if not clock.now() < order.deadline <= clock.now() + DEADLINE_MAX:
        raise Invalid("a deadline lies ahead, by a year at most", field="until")
    item = Item.objects.select_for_update().get(pk=access_notice(untrusted_notice).sighting.item_id)
    notice = locked_notice(untrusted_notice)
    if notice.retracts_id or notice.state == "withdrawn" or is_retracted(notice):
        raise Conflict("the notice was taken back, or takes one back")
    if notice.state == "queued" and not notice.attempts:
        ordered = _become(notice, order)
    elif notice.state == "sent":
        ordered = _followed(notice, item, order, actor, clock)
    else:
        raise Conflict(f"the notice is {notice.state.replace('_', ' ')}; settle that first")
    facts: dict[str, Fact] = {"follows": notice.public_id, "days": (order.deadline - clock.now()).days}
    record("order_handed_on", actor=actor, subject=ordered.public_id, facts=facts, clock=clock)
    return ordered


def _become(notice: Notice, order: Order) -> Notice:
    for column, value in order_columns(order).items():
        setattr(notice, column, value)
    notice.save(update_fields=list(ORDER_COLUMNS))
    return notice


def _followed(notice: Notice, item: Item, order: Order, actor: Actor, clock: Clock) -> Notice:
    """A new notice to the same recipient; its place is looked at before it goes out, as before any."""
    if item.state == "watched":
        item = move_item(item, "acted", actor=actor, reason="look_found", clock=clock)
    notice.sighting.item = item
    return queue_again(notice, actor=actor, order=order, clock=clock)
