"""What is to be said now, decided with the rows locked: each kind at most once an hour until it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tutela.hotline.alerts.kinds import KINDS, Event
from tutela.hotline.alerts.models import AlarmLook, Alert

#: Between two words that something is so: what begins and ends again and again is said as seldom.
APART = timedelta(hours=1)
#: After which a word that reached nobody is tried again (our own).
AGAIN = timedelta(minutes=5)


#: Key of the one row that says when the alarm looked.
_ONE = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One word to be said: what, that it began, goes on or is over, its number, and since when."""

    kind: str
    event: Event
    number: int
    since: datetime | None


@transaction.atomic
def take_words(found: Mapping[str, int], *, now: datetime) -> list[Said]:
    """What is to be said now; from here on it counts as said, so that no second sender says it too."""
    rows = {row.kind: row for row in Alert.objects.select_for_update().order_by("pk")}
    words = []
    for kind in KINDS:
        number, row = found.get(kind.word), rows.get(kind.word)
        if row is None and number is None:
            continue
        row = row or Alert(kind=kind.word)
        row.since, row.number = (row.since or now, number) if number is not None else (None, 0)
        words += _word(row, now)
        row.save()
    return words


@transaction.atomic
def give_back(words: list[Said], *, now: datetime) -> None:
    """Return once these words count as not said: nobody could be reached. They are tried again soon."""
    for word in words:
        row = Alert.objects.select_for_update().get(kind=word.kind)
        row.told, row.said_at, row.held_until = word.event != "began", None, now + AGAIN
        row.save(update_fields=["told", "said_at", "held_until"])


@transaction.atomic
def say_looked(now: datetime) -> None:
    """Return once everybody can see that the alarm looked at this moment."""
    AlarmLook.objects.update_or_create(pk=_ONE, defaults={"looked_at": now})


def end_looks() -> None:
    """Return once nobody waits for looks any more: no alarm is wanted."""
    AlarmLook.objects.all().delete()


def _word(row: Alert, now: datetime) -> list[Said]:
    """What is said of this row now, if anything; the row counts it as said."""
    is_so = row.since is not None
    if _lasts(row.held_until and row.held_until - AGAIN, AGAIN, now):
        return []
    if not is_so and row.told:
        row.told = False
        return [Said(kind=row.kind, event="over", number=0, since=None)]
    if not is_so or _lasts(row.said_at, APART, now):
        return []
    event: Event = "goes_on" if row.told else "began"
    row.told, row.said_at = True, now
    return [Said(kind=row.kind, event=event, number=row.number, since=row.since)]


def _lasts(begun: datetime | None, wait: timedelta, now: datetime) -> bool:
    """Whether this wait goes on; not where it begins later than now: the clock was set back since."""
    return begun is not None and timedelta(0) <= now - begun < wait
