"""Taking back by hand what was told by hand: a form filled in, a hand-over made, an authority's order.

No machine writes there. So what was told becomes a piece of hand work once its ground falls, and stays one
until a person took it back or said why not. One act each; it needs no grant of the mandate.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from tutela.hotline.cases.grounds import ground_fell
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.states import TERMINAL, WRONG
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.ledger import store
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.people.quorum.deciding import Vote, second_look
from tutela.hotline.people.quorum.reading import quorum_in_force
from tutela.hotline.takedown.actions.filling import (
    locked_form,
    record_form_filled,
    withdraw_forms_about,
    withdraw_waiting,
)
from tutela.hotline.takedown.acts import RETRACTION
from tutela.hotline.takedown.contacts.models import NAME_LENGTH, Contact, FormNotice
from tutela.hotline.takedown.contacts.proposals import AUTHORITY
from tutela.hotline.takedown.contacts.taken_back import TAKES_BACK, told_by_hand
from tutela.hotline.takedown.letterhead import house_country
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.permitting import is_person
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.share.notices.plain_text import one_line

#: Why a person need not take back what was told: nothing was done because of it, they know already, or they
#: are not there any more.
WHY_NOT: Final = ("never_acted", "known_already", "not_there")

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def take_back_by_hand(item: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> list[FormNotice]:
    """The pieces of hand work that now take back what was told by hand about the item's places.

    What waits to be told by hand is withdrawn. Repeatable: what is taken back already is not again.
    """
    withdraw_forms_about(item, actor=actor, clock=clock)
    forms = told_by_hand().filter(sighting__item=item).select_related("sighting", "contact").order_by("pk")
    pairs = {(one.sighting_id, one.contact_id): one for one in forms}
    return [_queued(one.sighting, one.contact, actor, clock) for one in pairs.values()]


@transaction.atomic
def take_back_form(untrusted_public_id: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> FormNotice:
    """The piece of hand work that takes back this one, of which a person says that it was wrong.

    Raises Refused for anybody but a person and where there is none, Conflict where it was not told, or is
    taken back already.
    """
    if not is_person(actor):
        raise Refused("a person says that what was told by hand was wrong")
    found = locked_form(untrusted_public_id, "done")
    if not told_by_hand().filter(pk=found.pk).exists():
        raise Conflict("it is taken back already")
    return _queued(found.sighting, found.contact, actor, clock)


@transaction.atomic
def take_back_order(notice: Notice, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> FormNotice | None:
    """The piece of hand work that tells an authority that its order is taken back; None for no order.

    The recipient of the order hears of it by mail, from ``retracting``.
    """
    if not notice.order_authority:
        return None
    return _queued(notice.sighting, _authority(notice.order_authority, actor, clock), actor, clock)


@transaction.atomic
def record_second_look_by_hand(
    item: Item, votes: Iterable[Vote], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> bool:
    """Whether a second look says that what was told by hand was wrong, or what waits to be: it is taken back.

    ``votes`` are all on the item, the first person's too.
    """
    waiting = FormNotice.objects.filter(sighting__item=item, state="waiting").exclude(TAKES_BACK)
    rows = waiting.values_list("consequence").union(
        told_by_hand().filter(sighting__item=item).values_list("consequence")
    )
    quorum, said, now = quorum_in_force(clock=clock), list(votes), clock.now()
    looks = [second_look(quorum.needs(word), said, now=now) for (word,) in rows]
    if all(one.state != "wrong" for one in looks):
        return False
    take_back_by_hand(item, actor=actor, clock=clock)
    return True


@transaction.atomic
def record_filled_late(
    untrusted_public_id: str, untrusted_reference: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> FormNotice:
    """The form that a person filled in, though it waited no longer: it was taken from them meanwhile.

    Where it is wrong by now, or a second look said so, it is to be taken back. Raises as
    ``record_form_filled``.
    """
    found = record_form_filled(
        untrusted_public_id, untrusted_reference, actor=actor, state="withdrawn", clock=clock
    )
    item = found.sighting.item
    item.refresh_from_db()  # the ledger is ours from here on: whoever closes the item later finds the form
    if (item.state in TERMINAL and item.state_reason in WRONG) or ground_fell(item):
        take_back_by_hand(item, actor=actor, clock=clock)
    else:
        record_second_look_by_hand(item, votes_on(item), actor=actor, clock=clock)
    return found


@transaction.atomic
def record_taken_back(
    untrusted_public_id: str, untrusted_reference: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> FormNotice:
    """The piece of hand work, done by this person; ``untrusted_reference`` is the number they were given.

    Raises Refused for anybody but a person and where there is none, Conflict where it waits no longer.
    """
    found = _ended(untrusted_public_id, "done", one_line(untrusted_reference), actor, clock)
    facts: dict[str, Fact] = {"has_reference": bool(found.reference)}
    record("take_back_done", actor=actor, subject=found.public_id, facts=facts, clock=clock)
    return found


@transaction.atomic
def record_stays_told(
    untrusted_public_id: str, why: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> FormNotice:
    """The piece of hand work, of which this person says why nobody need do it: a word of ``WHY_NOT``.

    Raises Invalid for another word, else as ``record_taken_back``.
    """
    if why not in WHY_NOT:
        raise Invalid(f"say why: one of {', '.join(WHY_NOT)}", field="why")
    found = _ended(untrusted_public_id, "not_needed", why, actor, clock)
    record("take_back_not_needed", actor=actor, subject=found.public_id, facts={"why": why}, clock=clock)
    return found


def _ended(untrusted_public_id: str, state: str, said: str, actor: Actor, clock: Clock) -> FormNotice:
    if not is_person(actor):
        raise Refused("a person takes back what was told by hand")
    found = locked_form(untrusted_public_id, "waiting", takes_back=True)
    found.state, found.moved_at, found.done_by, found.reference = state, clock.now(), actor.name, said
    found.save(update_fields=["state", "moved_at", "done_by", "reference"])
    return found


def _queued(sighting: Sighting, contact: Contact, actor: Actor, clock: Clock) -> FormNotice:
    """The take-back that waits for this contact and place: the one that is there, or a new one."""
    pair = FormNotice.objects.filter(sighting=sighting, contact=contact)
    withdraw_waiting(pair, actor=actor, clock=clock)
    store.take_turn()  # of two that take back the same at once, one is first
    found = pair.filter(TAKES_BACK, state="waiting").first()
    if found is not None:
        return found
    now = clock.now()
    made = FormNotice.objects.create(
        sighting=sighting, contact=contact, consequence=RETRACTION, queued_at=now, moved_at=now
    )
    facts: dict[str, Fact] = {"sighting": sighting.public_id, "contact": contact.public_id}
    record("take_back_queued", actor=actor, subject=made.public_id, facts=facts, clock=clock)
    return made


def _authority(name: str, actor: Actor, clock: Clock) -> Contact:
    """The authority as a contact, whom a person tells; no machine, and no notice ever, goes there."""
    organisation = name[:NAME_LENGTH]
    way = {"key": f"{AUTHORITY}:{organisation}", "rung": AUTHORITY, "kind": "form", "address": ""}
    new = {"organisation": organisation, "country": house_country(), "origin": "house", "state": "listed"}
    found, made = Contact.objects.get_or_create(**way, defaults={**new, "made_at": clock.now()})
    if made:
        facts: dict[str, Fact] = {"rung": AUTHORITY, "kind": "form", "source": "order"}
        record("contact_proposed", actor=actor, subject=found.public_id, facts=facts, clock=clock)
    return found
