"""An entry that an item met is gone from its list: the match proves nothing any more, and what follows.

Where nothing else speaks for the item, what was said of it is taken back, and people look at it as at
anything that no list knows: until then nobody had. What is gone by now is closed, with nothing to look at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from tutela.hotline.cases.actions.findings import Met, record_match
from tutela.hotline.cases.actions.items import move_item
from tutela.hotline.cases.actions.telling import tell_page, tell_pages
from tutela.hotline.cases.grounds import grounds, is_groundless, is_judged_illegal
from tutela.hotline.cases.job_kinds import SETTLE
from tutela.hotline.cases.models import Fingerprint, Item, Match
from tutela.hotline.cases.page_proof import PROOF
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import URGENT
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()
#: Why an item goes back to people.
GONE = "entry_gone"
#: States in which an item was acted on, and from which people may be asked.
_ACTED = frozenset({"acted", "watched", "reappeared"})


@transaction.atomic
def withdraw_matches(
    item: Item,
    gone: Collection[int],
    known_by: Mapping[int, Sequence[Met]],
    *,
    actor: Actor,
    clock: Clock = _MACHINE_CLOCK,
) -> bool:
    """Whether matches of the item prove it no longer: those with these keys, and the others of their entries.

    ``known_by``: key of a fingerprint to what approved lists say of it now; that is recorded, and is a
    ground. An item with another ground, and one that people's last verdict calls illegal, stays as it is,
    which the ledger says. Repeatable: nothing is done where none of these matches proves anything.
    """
    held = Item.objects.select_for_update().get(pk=item.pk)
    fallen = grounds().filter(item=held, pk__in=gone)
    rows = [pk for one in fallen for pk in _of_entry(one)]
    if not rows:
        return False
    is_known = any(known_by.values()) or held.matches.filter(PROOF).exclude(pk__in=rows).exists()
    is_judged = is_judged_illegal(held)
    _tell(held, clock)  # before the ledger is locked
    if not (is_known or is_judged):
        _take_back(held, clock)
    _record_known(held, known_by, actor, clock)
    Match.objects.filter(pk__in=rows).update(approved=False)
    facts: dict[str, Fact] = {"matches": len(rows), "known": is_known, "judged": is_judged}
    record("match_withdrawn", actor=actor, subject=held.public_id, facts=facts, clock=clock)
    if not (is_known or is_judged):
        let_fall(held, actor=actor, clock=clock)
    return True


@transaction.atomic
def let_fall(item: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Item:
    """The item, in the queue for people, or closed where it is gone; as it was where they have it already,
    it is held, or something speaks for it.
    """
    if not is_groundless(item):
        return item
    if item.state == "matched":  # a job may be on its way that would act on it
        return move_item(item, "rated", actor=actor, reason=GONE, clock=clock)
    if item.state in _ACTED:
        item = move_item(item, "in_review", actor=actor, reason=GONE, clock=clock)
        return move_item(item, "rated", actor=actor, reason="review_returned", clock=clock)
    if item.state == "removed":
        return move_item(item, "closed", actor=actor, reason="withdrawn", clock=clock)
    return item


def _of_entry(fallen: Match) -> list[int]:
    """Keys of the match and of those that its other hashes have with the same entry: they rest on it."""
    same = {"list_id": fallen.list_id, "list_version": fallen.list_version, "entry": fallen.entry}
    rows = Match.objects.filter(PROOF, fingerprint__sighting=fallen.fingerprint.sighting_id, **same)
    return list(rows.values_list("pk", flat=True))


def _tell(item: Item, clock: Clock) -> None:
    """The pages that show it follow; so does a page that rests on what it shows from now on."""
    tell_pages(item, clock=clock, at_once=True)
    if item.page_series.exists():
        tell_page(item, clock=clock, at_once=True)


def _take_back(item: Item, clock: Clock) -> None:
    """A job that takes back what was written, by a key of its own: one that settles a closing knows less."""
    name = item.public_id
    put(SETTLE, {"item": name, "wrong": True}, key=f"{SETTLE}-{name}-wrong", priority=URGENT, clock=clock)


def _record_known(item: Item, known_by: Mapping[int, Sequence[Met]], actor: Actor, clock: Clock) -> None:
    for fingerprint in Fingerprint.objects.filter(item=item, pk__in=known_by).order_by("pk"):
        for met in known_by[fingerprint.pk]:
            match = record_match(fingerprint, met, actor=actor, clock=clock)
            Match.objects.filter(pk=match.pk).update(approved=True)  # its list took it in again
