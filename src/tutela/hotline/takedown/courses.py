"""What became of each place: how it stands, what looks found there, who was told.

The demonstration compares it with what it planted. Ids, words, recipients' addresses; no address of a place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.models import Check, Notice, Removal, Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One place that somebody reported or that stood on a page. ``standing`` is empty where none watched it.

    ``url_digest`` is keyed (cases.index_key); ``told`` are (recipient's address, state of the notice) but
    for those that took one back; ``removals`` counts all, ``came_back`` those of them that did not last.
    """

    sighting: str
    item: str
    url_digest: str
    state: str
    state_reason: str
    standing: str
    found: frozenset[str]
    removals: int
    came_back: int
    told: tuple[tuple[str, str], ...]


def courses() -> list[Course]:
    """What became of each place that was fetched, in the order in which they came. Five queries."""
    rows = Sighting.objects.select_related("item").exclude(url_digest="").filter(how="fetched").order_by("pk")
    standing = dict(Watch.objects.values_list("sighting", "standing"))
    found, told = _found(), _told()
    removals = list(Removal.objects.values_list("sighting", "reopened_at"))
    gone = Counter(sighting for sighting, _ in removals)
    back = Counter(sighting for sighting, reopened_at in removals if reopened_at is not None)
    return [
        Course(
            sighting=row.public_id,
            item=row.item.public_id,
            url_digest=row.url_digest,
            state=row.item.state,
            state_reason=row.item.state_reason,
            standing=standing.get(row.pk, ""),
            found=frozenset(found.get(row.pk, ())),
            removals=gone[row.pk],
            came_back=back[row.pk],
            told=tuple(told.get(row.pk, ())),
        )
        for row in rows
    ]


def _found() -> dict[int, set[str]]:
    """By place, what looks found there."""
    found: dict[int, set[str]] = defaultdict(set)
    for sighting, result in Check.objects.order_by().values_list("sighting", "result").distinct():
        found[sighting].add(result)
    return found


def _told() -> dict[int, list[tuple[str, str]]]:
    """By place, whom notices about it went to, in order."""
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Notice.objects.filter(retracts=None).order_by("pk")
    for sighting, address, state in rows.values_list("sighting", "recipient__address", "state"):
        told[sighting].append((address, state))
    return told


def next_sending() -> datetime | None:
    """When the first notice that waits is due; None where none waits."""
    found: datetime | None = Notice.objects.filter(state="queued").aggregate(at=Min("due"))["at"]
    return found
