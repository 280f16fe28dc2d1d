"""A page on which nothing stands but what is known: it is told about as its pictures are, and unseen.

Once all that proved it was found wrong, what was said of it is taken back, as what was said of them.
"""

from __future__ import annotations

from django.db import transaction

from tutela.hotline.cases.actions.acting import put_act
from tutela.hotline.cases.actions.findings import Met, Print, record_fingerprints, record_match
from tutela.hotline.cases.actions.items import move_item
from tutela.hotline.cases.job_kinds import SETTLE
from tutela.hotline.cases.models import Item, Match, Series, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT
from tutela.hotline.cases.page_proof import SHOWN_FORM, is_disproved, proofs, waits_for_people
from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import URGENT
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def prove_page(page: Item, series: Series, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> bool:
    """Whether the page shows what an approved list knows, and nothing on it waits for a person.

    Then the match of the first such picture is one of the page too, and its host is told. ``page`` is locked
    by the caller and ``matched``.
    """
    proof = proofs(page).first()
    own = page.sightings.filter(how="fetched").exclude(sha256="").exclude(found_as=BY_REDIRECT)
    seen = own.order_by("pk").last()
    if proof is None or seen is None or waits_for_people(series):
        return False
    _record(proof, seen, actor, clock)
    put_act([seen], clock=clock)
    return True


@transaction.atomic
def disprove_page(page: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Item:
    """The page, closed where all that proved it was found wrong; else as it was.

    Closing it takes back what was said of it. One that is held stays held, since that has another reason;
    what was said of it is taken back all the same. ``page`` is locked by the caller.
    """
    if page.state in TERMINAL or not is_disproved(page):
        return page
    if page.state == "held":
        name = page.public_id
        put(SETTLE, {"item": name, "wrong": True}, key=f"{SETTLE}-{name}", priority=URGENT, clock=clock)
        return page
    return move_item(page, "closed", actor=actor, reason="withdrawn", clock=clock)


def _record(proof: Match, seen: Sighting, actor: Actor, clock: Clock) -> None:
    shown = Print(kind=proof.fingerprint.kind, value=proof.fingerprint.value, form=SHOWN_FORM)
    prints = record_fingerprints(seen, (shown,), actor=actor, clock=clock)
    made = next(one for one in prints if (one.form, one.value) == (shown.form, shown.value))
    met = Met(
        list_id=proof.list_id,
        list_version=proof.list_version,
        entry=proof.entry,
        status=proof.status,
        confirmed=proof.confirmed,
        approved=proof.approved,
        reason=proof.reason,
        votes=proof.votes,
        legal_class=proof.legal_class,
    )
    record_match(made, met, actor=actor, clock=clock)
