"""The only way to get an item: for whom the gate let in by the act of the page (``hotline.routes``)."""

from __future__ import annotations

from tutela.hotline.cases.models import Item, Sighting
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id

#: One sentence for what is missing and for what may not be seen.
_NOTHING = "there is no such item, or you may not see it"


def access_item(untrusted_item: str) -> Item:
    """The item of this id. Raises Refused, with one face for a wrong id and a missing item."""
    found = Item.objects.filter(public_id=untrusted_item).first() if is_id(untrusted_item) else None
    if found is None:
        raise Refused(_NOTHING)
    return found


def access_sighting(untrusted_sighting: str) -> Sighting:
    """The sighting of this id with its item: for jobs, which carry ids. Raises Refused."""
    wanted = Sighting.objects.select_related("item").filter(public_id=untrusted_sighting)
    found = wanted.first() if is_id(untrusted_sighting) else None
    if found is None:
        raise Refused(_NOTHING)
    return found
