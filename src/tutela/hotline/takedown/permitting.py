"""Whether a notice may be queued: what the mandate grants, who stands behind it, how its item stands."""

from __future__ import annotations

from tutela.hotline.cases.models import Item, Sighting
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Refused

#: State of an item in which messages go out (cases.states).
ACTED = "acted"


def check_permitted(sighting: Sighting, *, clock: Clock) -> Item:
    """The item, if a notice about this sighting may be queued. Raises Refused with the reason."""
    item = sighting.item
    if item.state != ACTED:
        raise Refused(f"a notice goes out while its item is acted on; it is {item.state.replace('_', ' ')}")
    return item
