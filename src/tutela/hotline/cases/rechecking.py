"""What a worker does about lists that change: it looks for what they knew once and hold no longer.

Three jobs, each repeatable: which lists changed; of one list, which items met an entry that is gone; of one
item, whether it is gone indeed, some minutes later, since a list may be wrong for a moment while it is
replaced. Where a list lost more at once than the settings allow, nothing is done, and its job waits for a
person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from tutela.detect.matching.parts import OpenList
from tutela.detect.matching.still_held import up_to_date
from tutela.hotline.cases.actions.findings import Met
from tutela.hotline.cases.actions.withdrawing import withdraw_matches
from tutela.hotline.cases.equipment import equipment
from tutela.hotline.cases.grounds import digest_of, gone, grounds, mark_of, met_of_late
from tutela.hotline.cases.job_kinds import RECHECK_ITEM, RECHECK_LIST, RECHECK_LISTS
from tutela.hotline.cases.models import Item, Match
from tutela.hotline.ledger.actors import process
from tutela.hotline.work.actions import put
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import LONGEST_SECONDS, SOON, Arguments, Handler, register
from tutela.hotline.work.queries import is_parked
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Refused
from tutela.kernel.log import get_logger

#: Seconds between two looks at which lists changed (our own: a letter that is wrong by now is taken back
#: within the hour).
LOOK_SECONDS = 1_800
#: Seconds after which a worker that starts looks (our own).
START_SECONDS = 60
#: Seconds until what is gone is looked for once more (our own; a list is replaced within seconds).
AGAIN_SECONDS = 900
#: Tries before a job is parked and shown.
_TRIES = 5
WORKER = process("worker")

_MACHINE_CLOCK = SystemClock()
_log = get_logger("hotline.cases")


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """``marks`` of all lists as they are, and digests of the names of those to be looked at."""

    marks: tuple[str, ...]
    names: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """Of an item: keys of matches whose entry is gone; what approved lists say now, by fingerprint."""

    matches: tuple[int, ...]
    known_by: Mapping[int, Sequence[Met]]


@transaction.atomic
def watch_lists(*, clock: Clock = _MACHINE_CLOCK) -> None:
    """Return once a look at which lists changed is due soon; there is never more than one."""
    due = clock.now() + timedelta(seconds=START_SECONDS)
    put(RECHECK_LISTS, {}, key=RECHECK_LISTS, due=due, clock=clock)


def see_lists(arguments: Arguments, claim: Claim) -> Changed:
    """Which lists changed since the last look, or were met since in another version. Raises as they do."""
    at, lists = equipment().clock.now(), _lists()
    by_name = {name: [one for one in lists if one.header.name == name] for name in _names(lists)}
    marks = {name: mark_of(some) for name, some in by_name.items()}
    changed = {name for name, mark in marks.items() if mark not in arguments.get("marks", ())}
    since = datetime.fromtimestamp(arguments.get("since", 0), UTC) - timedelta(seconds=LONGEST_SECONDS)
    late = met_of_late(lists, since) & set(marks)
    names = sorted(digest_of(name) for name in changed | late)
    return Changed(marks=tuple(sorted(marks.values())), names=tuple(names), at=at)


def look_at_changed(arguments: Arguments, changed: Changed, claim: Claim) -> None:
    """A job for each list that changed, and the next look, in the transaction that ends this one.

    None for a list whose job waits for a person already: that one looks at the list as it is by then.
    """
    clock = equipment().clock
    for name in changed.names:
        key = f"{RECHECK_LIST}-{name}"
        if not is_parked(key):
            put(RECHECK_LIST, {"list": name}, key=key, clock=clock)
    due = clock.now() + timedelta(seconds=LOOK_SECONDS)
    remembered = {"marks": list(changed.marks), "since": int(changed.at.timestamp())}
    put(RECHECK_LISTS, remembered, key=RECHECK_LISTS, due=due, clock=clock)


def find_gone(arguments: Arguments, claim: Claim) -> tuple[str, ...]:
    """Ids of the items that met an entry which the list does not hold any more.

    Raises Refused where they are too many to be taken back without a person; else as the lists do.
    """
    tools = equipment()
    lists = [one for one in _lists() if digest_of(one.header.name) == arguments["list"]]
    items = {item for _, item in gone(grounds(), lists)}
    if len(items) > tools.fallen_max:
        _log.error("list_lost_entries", items=len(items))
        raise Refused("a list lost more entries at once than are taken back without a person")
    found = Item.objects.filter(pk__in=items).order_by("pk")
    return tuple(found.values_list("public_id", flat=True))


def look_at_items(arguments: Arguments, items: tuple[str, ...], claim: Claim) -> None:
    """A job for each item, some minutes from now."""
    clock = equipment().clock
    due = clock.now() + timedelta(seconds=AGAIN_SECONDS)
    for item in items:
        put(RECHECK_ITEM, {"item": item}, key=f"{RECHECK_ITEM}-{item}", due=due, clock=clock)


def see_item(arguments: Arguments, claim: Claim) -> Gone:
    """What of the item's matches is gone now, and which lists know its bytes. Raises as the lists do."""
    own = grounds().filter(item__public_id=arguments["item"])
    matches = tuple(match for match, _ in gone(own, _lists()))
    rows = Match.objects.filter(pk__in=matches).values_list("fingerprint_id", "fingerprint__value")
    return Gone(matches=matches, known_by={key: tuple(_said_of(value)) for key, value in rows})


def record_gone(arguments: Arguments, found: Gone, claim: Claim) -> None:
    """What rested on entries that are gone is taken back, where nothing else speaks for it."""
    item = Item.objects.filter(public_id=arguments["item"]).first()
    if item is None:
        raise Refused("there is no such item")
    if found.matches:
        withdraw_matches(item, found.matches, found.known_by, actor=WORKER, clock=equipment().clock)


def _lists() -> Sequence[OpenList]:
    """The lists in use, as they are on disk at this moment. Raises as they do."""
    return up_to_date(tuple(equipment().lists()))


def _names(lists: Sequence[OpenList]) -> set[str]:
    return {one.header.name for one in lists}


def _said_of(sha256: str) -> Iterator[Met]:
    """What approved lists say of these very bytes now."""
    tools = equipment()
    if tools.inline is not None:
        looked = tools.inline([bytes.fromhex(sha256)])
        yield from (one.met for one in looked.found if one.met.approved and one.met.confirmed == "sha256")


def register_handlers() -> None:
    """Makes these jobs known; called once, when Django starts."""
    register(Handler(kind=RECHECK_LISTS, outside=see_lists, inside=look_at_changed, tries_max=_TRIES))
    register(Handler(kind=RECHECK_LIST, outside=find_gone, inside=look_at_items, tries_max=_TRIES))
    register(
        Handler(kind=RECHECK_ITEM, outside=see_item, inside=record_gone, priority=SOON, tries_max=_TRIES)
    )
