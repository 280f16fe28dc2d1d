"""Giving one's word for a colleague's account: one transaction, one entry in the ledger."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.models import Person, Vouching
from tutela.hotline.people.quorum.deciding import Vouched
from tutela.hotline.people.vouching.codes import is_code_of
from tutela.hotline.people.vouching.queries import vouched_for
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def vouch(person: Person, untrusted_code: str, *, voucher: Person, clock: Clock = _MACHINE_CLOCK) -> Vouched:
    """How ``person`` is vouched for, now that ``voucher`` gave their word; empty while a second one lacks.

    Raises Refused for oneself, by somebody whom nobody vouched for, and for an account that is not in use;
    Conflict for a word that was given already; Invalid for another code than the person's own page shows.
    """
    person, voucher = _locked(person, voucher)
    _check_may_vouch(person, voucher, clock)
    if not is_code_of(person, untrusted_code):
        raise Invalid(
            _("This is not the code. Let the person read it to you from their own page."), field="code"
        )
    _made, is_new = Vouching.objects.get_or_create(
        person=person,
        by=voucher,
        renewal=person.renewal,
        by_renewal=voucher.renewal,
        defaults={"given_at": clock.now()},
    )
    if not is_new:
        raise Conflict(_("You gave your word already; another colleague has to give theirs."))
    stands = vouched_for(person, clock=clock)
    actor = Actor(kind="person", name=voucher.public_id)
    facts = {"renewal": person.renewal, "stands": bool(stands)}
    record("account_vouched_for", actor=actor, subject=person.public_id, facts=facts, clock=clock)
    return stands


def _check_may_vouch(person: Person, voucher: Person, clock: Clock) -> None:
    if person.pk == voucher.pk:
        raise Refused(_("Nobody vouches for themselves. Ask two colleagues."))
    if not vouched_for(voucher, clock=clock):
        raise Refused(_("Nobody vouched for you yet, so your word does not count."))
    if not person.is_active:
        raise Refused(_("This account is not in use: the person has to take it up first."))


def _locked(person: Person, voucher: Person) -> tuple[Person, Person]:
    """Both rows as they stand now; nobody resets either of them until the transaction ends."""
    rows = Person.objects.select_for_update().filter(pk__in=(person.pk, voucher.pk)).order_by("pk")
    found = {one.pk: one for one in rows}
    return found[person.pk], found[voucher.pk]
