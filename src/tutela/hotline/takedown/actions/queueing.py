"""Into the outbox and out of it again: naming a recipient, queueing a notice, taking one back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from tutela.hotline.cases.evidence import legal_class_of
from tutela.hotline.cases.models import Sighting
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.people.quorum.deciding import Vote
from tutela.hotline.takedown.actions.moving import locked_notice, move
from tutela.hotline.takedown.models import ORDINARY, URGENT, Notice, Recipient
from tutela.hotline.takedown.permitting import check_permitted, is_person
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.share.notices.contents import Order
from tutela.share.notices.ladder import Rung

#: Columns of an order: who gave it, under which provision, until when.
ORDER_COLUMNS = ("order_authority", "order_base", "order_until")

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def name_recipient(
    untrusted_address: str,
    name: str,
    *,
    source: str,
    actor: Actor,
    country: str = "",
    languages: Sequence[str] = (),
    clock: Clock = _MACHINE_CLOCK,
) -> Recipient:
    """The recipient of this address, with ``source`` (rdap, abuse_table, book, person) among its sources.

    One source of a machine's is not enough for a first contact, but for ``book``: somebody approved it in the
    contacts book (``contacts``). See ``queue_notice``. ``country`` and ``languages`` say how to write to it.
    Raises Invalid.
    """
    try:
        address = parse_mail_address(untrusted_address)
    except ValueError as error:
        raise Invalid(str(error), field="address") from error
    if source not in Recipient.Source.values or (source == Recipient.Source.PERSON) != is_person(actor):
        raise Invalid("rdap, abuse_table or book by a process, person by a person", field="source")
    known = {"name": name, "host": address.host, "sources": source, "made_at": clock.now()}
    Recipient.objects.get_or_create(address=str(address), defaults=known)
    found = Recipient.objects.select_for_update().get(address=str(address))
    found.sources = ",".join(sorted({*found.sources.split(","), source}))
    found.country, found.languages = country or found.country, ",".join(languages) or found.languages
    if source == Recipient.Source.PERSON:
        found.dead_at = None  # whoever names it again says that it is there
    found.save(update_fields=["sources", "country", "languages", "dead_at"])
    record("recipient_named", actor=actor, subject=found.public_id, facts={"source": source}, clock=clock)
    return found


@transaction.atomic
def queue_notice(
    sighting: Sighting,
    recipient: Recipient,
    *,
    actor: Actor,
    votes: Iterable[Vote] = (),
    seen_at: datetime | None = None,
    police_told: datetime | None = None,
    rung: Rung = "hoster",
    is_proxy: bool = False,
    reminds: Notice | None = None,
    order: Order | None = None,
    clock: Clock = _MACHINE_CLOCK,
) -> Notice:
    """The notice, in the outbox; the sender takes it from there. Urgent where the item is.

    ``votes`` are those of people on this notice: none where SHA-256 and an approved entry speak for it.
    ``seen_at``: when the content was last fetched, by default when the sighting was made. ``rung`` is what
    the recipient is to the place, ``is_proxy`` whether it is asked for the host behind it, ``reminds``
    the notice of which this one reminds them, ``order`` an authority's order that it hands on. Raises Refused
    where the mandate, the quorum, the item's state or an unconfirmed recipient says no, Conflict where a
    notice of this sighting to this recipient is still on its way.
    """
    Sighting.objects.select_for_update().get(pk=sighting.pk)  # of two at once, the second finds the first's
    permit = check_permitted(sighting, votes=votes, police_told=police_told, clock=clock)
    if not is_confirmed(recipient):
        raise Refused(
            "a first contact needs two sources or a person: tutela and the abuse table may be wrong"
        )
    if recipient.notices.filter(sighting=sighting, state__in=("queued", "sending", "in_doubt")).exists():
        raise Conflict("a notice of this sighting to this recipient is on its way")
    now = clock.now()
    notice = Notice.objects.create(
        recipient=recipient,
        host=recipient.host,
        sighting=sighting,
        priority=URGENT if permit.item.urgent else ORDINARY,
        due=now,
        queued_at=now,
        moved_at=now,
        seen_at=seen_at or sighting.seen_at,
        consequence=permit.consequence,
        second_look_due=permit.second_look_due,
        legal_class=legal_class_of(permit.item),
        rung=rung,
        is_proxy=is_proxy,
        reminder=reminds.reminder + 1 if reminds else 0,
        reminds=(reminds.reminds or reminds.letter) if reminds else None,
        **order_columns(order),
    )
    facts: dict[str, Fact] = {
        "item": permit.item.public_id,
        "sighting": sighting.public_id,
        "recipient": recipient.public_id,
        "consequence": permit.consequence,
    }
    record("notice_queued", actor=actor, subject=notice.public_id, facts=facts, clock=clock)
    return notice


def queue_again(
    told: Notice,
    *,
    actor: Actor,
    order: Order | None,
    reminds: bool = False,
    clock: Clock = _MACHINE_CLOCK,
) -> Notice:
    """A further notice about the same place to the same recipient, as ``queue_notice`` queues it.

    ``reminds``: it reminds them of the one that they have.
    """
    return queue_notice(
        told.sighting,
        told.recipient,
        actor=actor,
        votes=votes_on(told.sighting.item),
        seen_at=told.seen_at,  # so that the look-up is made anew before it goes out
        rung=cast(Rung, told.rung),
        is_proxy=told.is_proxy,
        reminds=told if reminds else None,
        order=order,
        clock=clock,
    )


@transaction.atomic
def withdraw_notice(
    untrusted_public_id: str, *, actor: Actor, reason: str, clock: Clock = _MACHINE_CLOCK
) -> Notice:
    """The notice, withdrawn: it will not go out. ``reason`` is a word of ``acts.WITHDRAWALS``.

    Raises Conflict where it is on its way or has gone out: a retraction is a message of its own.
    """
    notice = move(locked_notice(untrusted_public_id), "withdrawn", clock.now())
    record("notice_withdrawn", actor=actor, subject=notice.public_id, facts={"reason": reason}, clock=clock)
    return notice


def order_columns(order: Order | None) -> dict[str, Any]:
    """What a notice holds of an order; nothing for a request."""
    if order is None:
        return dict(zip(ORDER_COLUMNS, ("", "", None), strict=True))
    return dict(zip(ORDER_COLUMNS, (order.authority, order.legal_base, order.deadline), strict=True))


def order_of(notice: Notice) -> Order | None:
    """The order that a notice hands on, None for a request."""
    if not notice.order_authority or notice.order_until is None:
        return None
    return Order(authority=notice.order_authority, legal_base=notice.order_base, deadline=notice.order_until)


def is_confirmed(recipient: Recipient) -> bool:
    """Whether a person or two sources named the address (ST-11)."""
    return is_confirmed_by(recipient.sources) or recipient.notices.filter(state="sent").exists()


def is_confirmed_by(sources: str) -> bool:
    """Whether these sources (``Recipient.sources``) are a person, a contact of the book, or two."""
    named = set(sources.split(","))
    return not named.isdisjoint({Recipient.Source.PERSON, Recipient.Source.BOOK}) or len(named) >= 2


def stands_for_all(sources: str) -> bool:
    """Whether these sources make a standing recipient: not those of whom the contacts book alone knows."""
    named = set(sources.split(",")) - {Recipient.Source.BOOK}
    return Recipient.Source.PERSON in named or len(named) >= 2
