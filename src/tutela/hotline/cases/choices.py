"""What a person chooses about an item: to close it, to hold it, to end a hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutela.hotline.cases.access import access_item
from tutela.hotline.cases.actions import close_item, hold_item, release_item
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import Actor
from tutela.kernel.errors import Invalid


def close(untrusted_item: str, chosen: Mapping[str, Any], *, actor: Actor) -> str:
    """The state after the item was closed. Raises Refused, Conflict where it was moved since it was shown."""
    return close_item(_as_shown(untrusted_item, chosen), actor=actor, reason=chosen["reason"]).state


def hold(untrusted_item: str, chosen: Mapping[str, Any], *, actor: Actor) -> str:
    """The state after the item was held, or its hold was ended where it is held. Raises as ``close``."""
    item = _as_shown(untrusted_item, chosen)
    if item.state == "held":
        return release_item(item, actor=actor).state
    if not chosen["reason"]:
        raise Invalid("say why it is held", field="reason")
    return hold_item(item, actor=actor, reason=chosen["reason"], until=chosen["until"]).state


def _as_shown(untrusted_item: str, chosen: Mapping[str, Any]) -> Item:
    item = access_item(untrusted_item)
    item.version = chosen["version"]
    return item
