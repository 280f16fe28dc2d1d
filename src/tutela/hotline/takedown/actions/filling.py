"""Notices by hand: a host takes web forms only, a person fills one in and notes its number. One act each.

Hotlines of other countries and search engines are told by hand too (``handing_over``), in the same way; what
was wrong is taken back by hand (``taking_back``).
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from tutela.hotline.cases.evidence import legal_class_of
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.acts import RETRACTION
from tutela.hotline.takedown.contacts.models import Contact, FormNotice, Search
from tutela.hotline.takedown.contacts.proposals import BY_HAND, HANDED_RUNGS
from tutela.hotline.takedown.permitting import check_passed_on, check_permitted, is_person
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.ids import is_id
from tutela.share.notices.plain_text import one_line

#: (a host's form, a hand-over) -> the acts.
_QUEUED, _DONE = ("form_queued", "hand_over_queued"), ("form_filled", "hand_over_done")

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def queue_form(
    sighting: Sighting, contact: Contact, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> FormNotice:
    """The form that a person fills in for this place: the one that waits, or a new one.

    Raises Refused where the mandate, the quorum or the item's state lets nobody be told.
    """
    waiting = FormNotice.objects.filter(sighting=sighting, contact=contact, state="waiting").first()
    if waiting is not None and waiting.consequence == RETRACTION:
        raise Refused("what was told there is being taken back by hand")
    if waiting is not None:
        return waiting
    permit = check_permitted(sighting, votes=votes_on(sighting.item), police_told=None, clock=clock)
    now = clock.now()
    made = FormNotice.objects.create(
        sighting=sighting,
        contact=contact,
        consequence=permit.consequence,
        legal_class=legal_class_of(permit.item),
        queued_at=now,
        moved_at=now,
    )
    facts: dict[str, Fact] = {"sighting": sighting.public_id, "contact": contact.public_id}
    act = _QUEUED[contact.rung in HANDED_RUNGS]
    record(act, actor=actor, subject=made.public_id, facts=facts, clock=clock)
    return made


@transaction.atomic
def record_form_filled(
    untrusted_public_id: str,
    untrusted_reference: str,
    *,
    actor: Actor,
    state: str = "waiting",
    clock: Clock = _MACHINE_CLOCK,
) -> FormNotice:
    """The form, filled in by this person; ``untrusted_reference`` is the host's number of it, or empty.

    ``state`` is the one that it is in until now. Raises Refused for anybody but a person, where there is
    none, and where the mandate, the quorum or the police's time lets nothing be passed on to another country;
    Conflict where it is in another state.
    """
    if not is_person(actor):
        raise Refused("a person fills in a form")
    found = locked_form(untrusted_public_id, state)
    is_handed = found.contact.rung in HANDED_RUNGS
    if found.contact.rung == "hotline" and state == "waiting":  # else it is done, and is written down
        check_passed_on(found.sighting.item, actor, clock=clock)
    found.state, found.moved_at, found.done_by = "done", clock.now(), actor.name
    found.reference = one_line(untrusted_reference)
    found.save(update_fields=["state", "moved_at", "done_by", "reference"])
    if not is_handed:
        Search.objects.filter(sighting=found.sighting_id, state="by_hand").update(
            state="told", since=found.moved_at
        )
    facts: dict[str, Fact] = {"has_reference": bool(found.reference)}
    facts |= {"rung": found.contact.rung} if is_handed else {}
    record(_DONE[is_handed], actor=actor, subject=found.public_id, facts=facts, clock=clock)
    return found


@transaction.atomic
def withdraw_forms(
    sighting: Sighting,
    *,
    actor: Actor,
    clock: Clock = _MACHINE_CLOCK,
    rungs: Collection[str] = BY_HAND,
    but: Collection[Contact] = (),
) -> int:
    """How many forms about this place waited, and are not filled in any more.

    ``rungs`` are those on which they waited; what is for a contact in ``but`` waits on.
    """
    rows = FormNotice.objects.filter(sighting=sighting, contact__rung__in=rungs).exclude(contact__in=but)
    return withdraw_waiting(rows, actor=actor, clock=clock)


@transaction.atomic
def withdraw_forms_about(item: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many forms about the item's places waited, and are not filled in any more."""
    return withdraw_waiting(FormNotice.objects.filter(sighting__item=item), actor=actor, clock=clock)


@transaction.atomic
def withdraw_hand_overs_to(contact: Contact, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many hand-overs to somebody whom people refused waited, and are not made any more."""
    rows = FormNotice.objects.filter(contact=contact, contact__rung__in=HANDED_RUNGS)
    return withdraw_waiting(rows, actor=actor, clock=clock)


@transaction.atomic
def withdraw_waiting(rows: QuerySet[FormNotice], *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many of these forms waited, and are not filled in any more; what takes something back waits on."""
    rows = rows.filter(state="waiting").exclude(consequence=RETRACTION)
    waiting = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for one in waiting:
        one.state, one.moved_at = "withdrawn", clock.now()
        one.save(update_fields=["state", "moved_at"])
        record("form_withdrawn", actor=actor, subject=one.public_id, facts={}, clock=clock)
    return len(waiting)


def locked_form(untrusted_public_id: str, state: str, *, takes_back: bool = False) -> FormNotice:
    """The form in this state, locked until the transaction ends. ``takes_back``: what it has to be.

    Raises Refused where there is none of this id, Conflict where it is in another state by now.
    """
    rows = FormNotice.objects.select_for_update(of=("self",)).select_related("contact", "sighting__item")
    found = rows.filter(public_id=untrusted_public_id).first() if is_id(untrusted_public_id) else None
    if found is None or (found.consequence == RETRACTION) is not takes_back:
        raise Refused("there is no form of this id")
    if found.state != state:
        raise Conflict("this form waits no longer; look again")
    return found
