"""All writes about people: each one transaction with its entry in the ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.hand_over import release_work
from tutela.hotline.people.models import NAME_LENGTH, Invitation, Person, RoleHeld
from tutela.hotline.people.roles import ADMINISTRATOR, ROLES, VOTING, exclusion
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.kernel.ids import new_id

_MACHINE_CLOCK = SystemClock()
#: How long a link lets somebody in: three days to join, one to come back. Source: our own.
LIFE = {Invitation.Purpose.JOIN: timedelta(days=3), Invitation.Purpose.RESET: timedelta(days=1)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """A link that was just made. The token is shown once, to whoever made it, and is kept nowhere."""

    person: Person
    token: str
    invitation: Invitation


@transaction.atomic
def invite_person(
    untrusted_name: str,
    untrusted_email: str,
    roles: frozenset[str],
    *,
    actor: Actor,
    clock: Clock = _MACHINE_CLOCK,
) -> Invited:
    """A new account with these roles and the one-time link into it.

    Raises Invalid for a name, an address or roles that cannot be, Conflict where the address has an account.
    """
    check_roles(roles)
    person = Person(name=_name(untrusted_name), email=_email(untrusted_email), made_at=clock.now())
    person.set_unusable_password()
    _insert(person)
    _set_roles(person, roles, clock)
    made = _new_link(person, Invitation.Purpose.JOIN, clock)
    record("person_invited", actor=actor, subject=person.public_id, facts=role_facts(roles), clock=clock)
    return made


@transaction.atomic
def change_roles(
    person: Person, roles: frozenset[str], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> None:
    """The person holds these roles and no other; every session of theirs ends at once.

    Whoever gets a role that votes has to be vouched for anew.

    Raises Invalid for roles that exclude each other, Refused for somebody who gives a role to themselves or
    takes the last administrator's away.
    """
    check_roles(roles)
    person = _locked(person)
    held = frozenset(RoleHeld.objects.filter(person=person).values_list("role", flat=True))
    if actor == Actor(kind="person", name=person.public_id) and roles - held:
        raise Refused(_("Nobody gives a role to themselves. Ask another administrator."))
    if ADMINISTRATOR in held - roles:
        _check_other_administrator(person)
    _set_roles(person, roles, clock)
    if (roles - held) & VOTING:
        _renew(person)
    _end_sessions(person)
    record("roles_changed", actor=actor, subject=person.public_id, facts=role_facts(roles), clock=clock)


@transaction.atomic
def end_account(person: Person, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many open things were released for others. The person can no longer sign in, from now on.

    Raises Refused for the last administrator, Conflict where the account has ended already.
    """
    person = _locked(person)
    if person.state == Person.State.LEFT:
        raise Conflict(_("This account has ended already."))
    _check_other_administrator(person)
    person.state = Person.State.LEFT
    person.set_unusable_password()
    _end_sessions(person)
    _forget_sign_in(person)
    _end_links(person, clock)
    released = release_work(person.public_id, clock)
    facts = {"released": released}
    record("account_ended", actor=actor, subject=person.public_id, facts=facts, clock=clock)
    return released


@transaction.atomic
def reset_sign_in(person: Person, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Invited:
    """A one-time link with which the person chooses a new sign-in; whatever they had lets nobody in any more.

    Raises Refused for oneself (change your own sign-in on your own page) and for somebody who left.
    """
    if actor == Actor(kind="person", name=person.public_id):
        raise Refused(_("Your own sign-in is changed on your own page, or by another administrator."))
    person = _locked(person)
    if person.state == Person.State.LEFT:
        raise Refused(_("This account has ended. Invite the person anew under another address."))
    joined = person.state == Person.State.ACTIVE
    person.state = Person.State.INVITED
    person.set_unusable_password()
    _renew(person)
    _end_sessions(person)
    _forget_sign_in(person)
    _end_links(person, clock)
    purpose = Invitation.Purpose.RESET if joined else Invitation.Purpose.JOIN
    made = _new_link(person, purpose, clock)
    record("sign_in_reset", actor=actor, subject=person.public_id, clock=clock)
    return made


@transaction.atomic
def take_up(untrusted_token: str, password: str | None, *, clock: Clock = _MACHINE_CLOCK) -> Person:
    """The person whose link this is, from now on active, with this password (None: single sign-on only).

    Raises Refused for a link that does not let anybody in (any more).
    """
    # The person first, as every action locks them, and then whether the link still stands.
    person = _locked(standing_invitation(untrusted_token, clock=clock).person)
    invitation = standing_invitation(untrusted_token, clock=clock, lock=True)
    invitation.ended_at = clock.now()
    invitation.save(update_fields=["ended_at"])
    person.state = Person.State.ACTIVE
    _renew(person)
    if password is not None:
        person.set_password(password)
    _end_sessions(person)
    act = "person_joined" if invitation.purpose == Invitation.Purpose.JOIN else "sign_in_taken_up"
    record(act, actor=Actor(kind="person", name=person.public_id), subject=person.public_id, clock=clock)
    return person


@transaction.atomic
def join_by_sign_on(
    untrusted_token: str, confirmed_emails: frozenset[str], *, clock: Clock = _MACHINE_CLOCK
) -> Person:
    """The invited person whom the house's sign-on confirms by the invited address, from now on active.

    Raises Refused without a standing invitation, or where the provider knows another address.
    """
    if not untrusted_token:
        raise Refused(_("Nobody here is linked with this sign-on. Open the link of your invitation first."))
    if standing_invitation(untrusted_token, clock=clock).person.email not in confirmed_emails:
        raise Refused(_("The sign-on does not confirm the address that was invited."))
    person = take_up(untrusted_token, None, clock=clock)
    actor = Actor(kind="person", name=person.public_id)
    record("sign_on_linked", actor=actor, subject=person.public_id, clock=clock)
    return person


def standing_invitation(
    untrusted_token: str, *, clock: Clock = _MACHINE_CLOCK, lock: bool = False
) -> Invitation:
    """The invitation of this token, if it still lets somebody in. Raises Refused, always with one face."""
    rows = Invitation.objects.select_related("person")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = rows.filter(
        token_digest=token_digest(untrusted_token), ended_at=None, expires_at__gt=clock.now()
    ).first()
    if found is None or found.person.state != Person.State.INVITED:
        raise Refused(
            _("This link lets nobody in: it was used, withdrawn, or is too old. Ask for a new one.")
        )
    return found


def token_digest(untrusted_token: str) -> str:
    """What the database keeps of a link's token: SHA-256 in hexadecimal; the token has 160 random bits."""
    return hashlib.sha256(untrusted_token.encode()).hexdigest()


def check_roles(roles: frozenset[str]) -> None:
    """Return where one person may hold these roles together. Raises Invalid with the reason."""
    if roles - ROLES.keys():
        raise Invalid(_("This is no role."), field="roles")
    why = exclusion(roles)
    if why:
        raise Invalid(_("These roles exclude each other: %(why)s.") % {"why": why}, field="roles")


def role_facts(roles: frozenset[str]) -> dict[str, bool]:
    """The roles as facts of a ledger entry: each role a word."""
    return dict.fromkeys(sorted(roles), True)


def _name(untrusted_name: str) -> str:
    name = " ".join(untrusted_name.split())
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise Invalid(_("A name has 1 to %(most)d letters.") % {"most": NAME_LENGTH}, field="name")
    return name


def _email(untrusted_email: str) -> str:
    email = untrusted_email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(_("This is no e-mail address."), field="email") from error
    return email


def _insert(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("There is an account of this address already.")) from error


def _set_roles(person: Person, roles: frozenset[str], clock: Clock) -> None:
    rows = RoleHeld.objects.filter(person=person)
    rows.exclude(role__in=roles).delete()
    held = set(rows.values_list("role", flat=True))
    RoleHeld.objects.bulk_create(
        RoleHeld(person=person, role=role, given_at=clock.now()) for role in sorted(roles - held)
    )


def _locked(person: Person) -> Person:
    """The row as it stands now; nobody else changes it until the transaction ends."""
    return Person.objects.select_for_update().get(pk=person.pk)


def end_every_session() -> int:
    """How many accounts' sessions ended: everybody signs in again, as after a restore.

    In the caller's transaction.
    """
    everybody = list(Person.objects.select_for_update())
    for person in everybody:
        _end_sessions(person)
    return len(everybody)


def _renew(person: Person) -> None:
    """From now on nobody vouched for this account (people.vouching); saved with its sessions' end."""
    person.renewal += 1


def _end_sessions(person: Person) -> None:
    person.session_mark = new_id("ses_")
    person.save()


def _forget_sign_in(person: Person) -> None:
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()


def _end_links(person: Person, clock: Clock) -> None:
    Invitation.objects.filter(person=person, ended_at=None).update(ended_at=clock.now())


def _new_link(person: Person, purpose: Invitation.Purpose, clock: Clock) -> Invited:
    token = new_id("inv_")
    invitation = Invitation.objects.create(
        person=person,
        purpose=purpose,
        token_digest=token_digest(token),
        made_at=clock.now(),
        expires_at=clock.now() + LIFE[purpose],
    )
    return Invited(person=person, token=token, invitation=invitation)


def _check_other_administrator(person: Person) -> None:
    rows = RoleHeld.objects.filter(role=ADMINISTRATOR)
    list(rows.select_for_update().values_list("pk", flat=True))  # who waits here sees below what was done
    active = set(rows.filter(person__state=Person.State.ACTIVE).values_list("person_id", flat=True))
    if active == {person.pk}:
        raise Refused(_("This is the last administrator: give the role to somebody else first."))
