"""Items that a list knows byte for byte, and the list as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.detect.matching.making import entry, header, value
from tests.hotline.cases.making import CLOCK, WORKER, a_sighting
from tutela.detect.matching.memory import MemoryList
from tutela.hotline.cases.actions import Met, Print, open_item, record_fingerprints, record_match
from tutela.hotline.cases.models import Item, Match
from tutela.hotline.ledger.actors import PUBLIC


def a_list(*numbers: int, name: str = "own", **fields: Any) -> MemoryList:
    """A list that holds the files with these numbers."""
    approved = fields.pop("approved", True)
    entries = [entry(f"ent_{number}", "sha256", value(number)) for number in numbers]
    return MemoryList(header(name, approved=approved, **fields), entries)


def a_known_item(number: int = 1, *, state: str = "acted", **facts: str) -> Item:
    """An item whose bytes are file ``number``, which the list ``own`` knows, as far as this state."""
    item = open_item("picture", source="report", actor=PUBLIC, clock=CLOCK)
    met(item, number)
    Item.objects.filter(pk=item.pk).update(state=state, **facts)
    item.refresh_from_db()
    return item


def met(
    item: Item, number: int = 1, *, form: str = "", kinds: Sequence[str] = ("sha256", "md5"), **more: Any
) -> None:
    """The item met the entry of file ``number``, by its SHA-256 and by other hashes of the same entry."""
    said = {"list_id": "own", "list_version": "1", "approved": True, "confirmed": "sha256", **more}
    sighting = a_sighting(item)
    prints = [Print(kind=kind, value=value(number).hex(), form=form) for kind in kinds]
    for one in record_fingerprints(sighting, prints, actor=WORKER, clock=CLOCK):
        found = Met(entry=f"ent_{number}", status="known", reason="list_matched", legal_class="csam", **said)
        record_match(one, found, actor=WORKER, clock=CLOCK)


def proofs_of(item: Item) -> int:
    """How many of its matches prove it."""
    return Match.objects.filter(item=item, approved=True, confirmed="sha256").count()
