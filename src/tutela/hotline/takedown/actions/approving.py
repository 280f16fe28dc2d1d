"""Contacts: proposed by look-ups, brought by people, approved or refused by people. One act each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.actions.filling import withdraw_hand_overs_to
from tutela.hotline.takedown.contacts.models import Contact, Search
from tutela.hotline.takedown.contacts.proposals import Proposal
from tutela.hotline.takedown.permitting import is_person
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import SOON, URGENT
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.ids import is_id
from tutela.share.notices.book import BookEntry

#: The kind of the job that looks up who can take a place down; its argument ``sighting`` is the place's id.
FIND = "takedown_find"
#: What a decision is in the ledger.
_ACTS = {"approved": "contact_approved", "refused": "contact_refused"}
#: Sources that are no word of the ledger, which has letters only.
_SOURCES = {"rfc2142": "usual_mailbox"}

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def propose_contact(proposal: Proposal, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Contact:
    """The contact of this proposal: a new one waits for a person, one that is there stays as it stands.

    What a table of the release names waits for nobody: no machine writes there, a person does each time.
    """
    way = {"key": proposal.key, "rung": proposal.rung, "kind": proposal.kind, "address": proposal.address}
    told = {
        "organisation": proposal.organisation,
        "country": proposal.country,
        "languages": ",".join(proposal.languages[:3]),
        "source": proposal.source,
        "answer_sha256": proposal.answer_sha256,
        "reasons": ",".join(proposal.reasons),
        "found_at": proposal.found_at,
    }
    state = "listed" if proposal.source == "table" else "proposed"
    new = {**told, "origin": "look_up", "state": state, "made_at": clock.now()}
    found, made = Contact.objects.get_or_create(**way, defaults=new)
    if made:
        facts: dict[str, Fact] = {"rung": proposal.rung, "kind": proposal.kind}
        facts["source"] = _SOURCES.get(proposal.source, proposal.source)
        record("contact_proposed", actor=actor, subject=found.public_id, facts=facts, clock=clock)
    return found


@transaction.atomic
def list_contact(
    entry: BookEntry, stored_key: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> Contact:
    """The entry in the house's book: a person brought it. Approved where the entry says so, else one source.

    ``stored_key`` is its key as the database holds it. One that a look-up had proposed becomes the house's.
    Raises Refused for anybody but a person.
    """
    _check_person(actor)
    now = clock.now()
    told = {
        "organisation": entry.organisation,
        "country": entry.country,
        "languages": ",".join(entry.languages[:3]),
        "origin": "house",
        "state": "approved" if entry.approved else "listed",
        **_decision(actor, clock, decided=entry.approved),
    }
    way = {"key": stored_key, "rung": entry.rung, "kind": entry.kind, "address": entry.address}
    found, _ = Contact.objects.update_or_create(
        **way, defaults=told, create_defaults={**told, "made_at": now}
    )
    facts: dict[str, Fact] = {"rung": entry.rung, "kind": entry.kind, "approved": entry.approved}
    record("contact_listed", actor=actor, subject=found.public_id, facts=facts, clock=clock)
    return found


@transaction.atomic
def list_contacts(
    entries: Iterable[tuple[BookEntry, str]], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> int:
    """How many entries, each with its key as the database holds it, are in the house's book: all or none.

    Raises as ``list_contact``.
    """
    return len([list_contact(entry, key, actor=actor, clock=clock) for entry, key in entries])


@transaction.atomic
def approve_contact(untrusted_public_id: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Contact:
    """The contact, approved for just what it was found for; the places that wait for it are looked up anew.

    Raises Refused for anybody but a person and where there is none, Conflict where it is approved already.
    """
    return _decided(untrusted_public_id, "approved", actor=actor, clock=clock)


@transaction.atomic
def refuse_contact(untrusted_public_id: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Contact:
    """The contact, refused: nothing goes there for this any more. The places that wait for it go on without.

    Hand-overs to it that wait are withdrawn.

    Raises as ``approve_contact``.
    """
    found = _decided(untrusted_public_id, "refused", actor=actor, clock=clock)
    withdraw_hand_overs_to(found, actor=actor, clock=clock)
    return found


def _decided(untrusted_public_id: str, state: str, *, actor: Actor, clock: Clock) -> Contact:
    _check_person(actor)
    found = _locked(untrusted_public_id)
    if found.state == state:
        raise Conflict(f"this contact is {state} already")
    found.state = state
    for column, value in _decision(actor, clock, decided=True).items():
        setattr(found, column, value)
    found.save(update_fields=["state", "decided_at", "decided_by"])
    _find_again(found, clock)
    facts: dict[str, Fact] = {"rung": found.rung, "kind": found.kind}
    record(_ACTS[state], actor=actor, subject=found.public_id, facts=facts, clock=clock)
    return found


def _find_again(contact: Contact, clock: Clock) -> None:
    """Whoever waits for the contact is looked up anew: the address that is told is that of this moment."""
    waiting = Search.objects.filter(contact=contact, state__in=("person", "by_hand"))
    for search in waiting.select_related("sighting__item").order_by("pk"):
        put_find(search.sighting, clock=clock)


def put_find(sighting: Sighting, *, clock: Clock, after_seconds: float = 0.0) -> None:
    """None; the place's look-up stands in the table of jobs, for now or after so many seconds."""
    put(
        FIND,
        {"sighting": sighting.public_id},
        key=f"{FIND}-{sighting.public_id}",
        due=clock.now() + timedelta(seconds=after_seconds),
        priority=URGENT if sighting.item.urgent else SOON,
        host=sighting.host_digest,
        clock=clock,
    )


def _locked(untrusted_public_id: str) -> Contact:
    rows = Contact.objects.select_for_update().filter(public_id=untrusted_public_id)
    found = rows.first() if is_id(untrusted_public_id) else None
    if found is None:
        raise Refused("there is no contact of this id")
    return found


def _decision(actor: Actor, clock: Clock, *, decided: bool) -> dict[str, object]:
    """Who decided, and when; nobody where nothing was."""
    who = actor.name if decided else ""
    return {"decided_at": clock.now() if decided else None, "decided_by": who}


def _check_person(actor: Actor) -> None:
    if not is_person(actor):
        raise Refused("a person decides about contacts")
