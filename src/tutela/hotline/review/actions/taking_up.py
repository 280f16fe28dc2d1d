"""An item on its way into review: rated by the order in which it was handed out, then taken."""

from __future__ import annotations

from tutela.hotline.cases.actions import Rated, move_item, record_rating
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.review.ordering import MODEL, VERSION, Place
from tutela.hotline.review.queries import ordered
from tutela.kernel.clock import Clock


def take_up(item: Item, *, actor: Actor, clock: Clock, place: Place | None = None) -> Item:
    """The item in review. In the caller's transaction; raises Conflict where it was moved meanwhile."""
    if item.state == "in_review":
        return item
    if item.state in ("unmatched", "matched"):
        item = _rated(item, place or _place(item, clock), actor, clock)
    return move_item(item, "in_review", actor=actor, reason="review_taken", clock=clock)


def put_back(item: Item, *, actor: Actor, clock: Clock) -> Item:
    """The item in the queue again, where it is in review. In the caller's transaction."""
    if item.state != "in_review":
        return item
    return move_item(item, "rated", actor=actor, reason="review_returned", clock=clock)


def _rated(item: Item, place: Place, actor: Actor, clock: Clock) -> Item:
    opinion = Rated(model=MODEL, model_version=VERSION, score=place.score, reasons=place.reasons)
    record_rating(item, opinion, actor=actor, clock=clock)
    return move_item(item, "rated", actor=actor, reason="rating_made", clock=clock)


def _place(item: Item, clock: Clock) -> Place:
    return ordered([item], now=clock.now())[0][1]
