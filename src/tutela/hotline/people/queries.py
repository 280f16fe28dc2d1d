"""What the pages about people show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from tutela.hotline.people.models import Invitation, Person
from tutela.hotline.people.roles import ROLES


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One person as the list and the command show them. ``factors``: kinds of proof set up."""

    public_id: str
    name: str
    email: str
    state: str
    roles: tuple[str, ...]
    factors: tuple[str, ...]
    last_login: datetime | None
    link_until: datetime | None


def people() -> list[Row]:
    """Everybody, by name; who left comes last. Four queries however many there are."""
    everybody = Person.objects.prefetch_related("roles_held").order_by("name", "id")
    factors = _factors()
    links = dict(
        Invitation.objects.filter(ended_at=None).order_by("id").values_list("person_id", "expires_at")
    )
    rows = [_row(one, factors.get(one.pk, ()), links.get(one.pk)) for one in everybody]
    return sorted(rows, key=lambda row: row.state == Person.State.LEFT)


def row_of(person: Person) -> Row:
    """One person."""
    return next(row for row in people() if row.public_id == person.public_id)


def passkey_names(person: Person) -> list[str]:
    """The names of this person's passkeys, oldest first."""
    kept = Authenticator.objects.filter(user=person, type="webauthn").order_by("id")
    return [str(one.wrap().name) for one in kept]


def nth_passkey(person: Person, place: int) -> Authenticator | None:
    """This person's passkey at that place of ``passkey_names``, counted from 1."""
    kept = Authenticator.objects.filter(user=person, type="webauthn").order_by("id")
    return kept[place - 1] if 0 < place <= kept.count() else None


def is_last_factor(factor: Authenticator) -> bool:
    """True when this passkey or app is the only one of its owner; recovery codes alone prove nothing."""
    others = Authenticator.objects.filter(user=factor.user, type__in=("webauthn", "totp"))
    return not others.exclude(pk=factor.pk).exists()


def unused_recovery_codes(person: Person) -> int:
    """How many recovery codes are left."""
    kept = Authenticator.objects.filter(user=person, type="recovery_codes").first()
    return len(kept.wrap().get_unused_codes()) if kept else 0


def is_linked(person: Person) -> bool:
    """True when the house's own sign-on lets this person in."""
    return bool(SocialAccount.objects.filter(user=person).exists())


def _factors() -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for key, kind in Authenticator.objects.order_by("type").values_list("user_id", "type").distinct():
        found[key] = (*found.get(key, ()), kind)
    return found


def _row(person: Person, factors: tuple[str, ...], link_until: datetime | None) -> Row:
    held = {one.role for one in person.roles_held.all()}
    return Row(
        public_id=person.public_id,
        name=person.name,
        email=person.email,
        state=person.state,
        roles=tuple(role for role in ROLES if role in held),
        factors=factors,
        last_login=person.last_login,
        link_until=link_until,
    )
