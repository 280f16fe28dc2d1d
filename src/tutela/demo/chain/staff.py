"""The sample accounts: who works at the demonstration's desk, and how one signs in as they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tutela.hotline.ledger.actors import Actor, person, process
from tutela.hotline.people.actions import invite_person, take_up
from tutela.hotline.people.configuration import rehearse_roster
from tutela.hotline.people.enactments import take_up_configuration
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import VOTING
from tutela.hotline.people.vouching.roster import Line
from tutela.kernel.clock import Clock
from tutela.kernel.custody.note_keys import SigningKey

#: Who there is: address before the at sign -> name, roles.
PEOPLE: Mapping[str, tuple[str, frozenset[str]]] = {
    "ada": ("Ada Example", frozenset({"analyst"})),
    "ben": ("Ben Example", frozenset({"senior_analyst"})),
    "cleo": ("Cleo Example", frozenset({"takedown_officer"})),
    "dana": ("Dana Example", frozenset({"administrator"})),
    "ines": ("Ines Example", frozenset({"intake_officer"})),
    "omar": ("Omar Example", frozenset({"auditor"})),
}
#: Their password: they are good for a house that holds nothing but generated pictures.
PASSWORD = "seven-quiet-otters-in-a-row"  # noqa: S105 - printed, and good for generated pictures only
DOMAIN = "hotline.test"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One sample account. ``secret`` is that of its authenticator app, base 32."""

    person: Person
    email: str
    roles: frozenset[str]
    secret: str = field(repr=False)

    @property
    def actor(self) -> Actor:
        """Them, as the ledger names them."""
        return person(self.person.public_id)


def take_on(home: Path, keys: Sequence[SigningKey], clock: Clock) -> Mapping[str, Account]:
    """Every sample account by its short name, active, and vouched for by the signed roster where it votes."""
    accounts = {word: _joined(word, name, roles, clock) for word, (name, roles) in PEOPLE.items()}
    lines = {
        one.person.public_id: Line(name=one.person.name, roles=one.roles, renewal=one.person.renewal)
        for one in accounts.values()
        if one.roles & VOTING
    }
    rehearse_roster(home, lines, keys=keys, clock=clock)
    take_up_configuration(home, actor=process("operator"), clock=clock)
    return accounts


def render_accounts(accounts: Mapping[str, Account]) -> Iterator[str]:
    """A line for each account, and one for what all of them have."""
    for one in accounts.values():
        roles = ", ".join(sorted(role.replace("_", " ") for role in one.roles))
        yield f"{one.email:<20}{roles:<18}authenticator app: {one.secret}"
    yield f"password of each: {PASSWORD}"


def _joined(word: str, name: str, roles: frozenset[str], clock: Clock) -> Account:
    email = f"{word}@{DOMAIN}"
    invited = invite_person(name, email, roles, actor=process("operator"), clock=clock)
    somebody = take_up(invited.token, PASSWORD, clock=clock)
    secret: str = generate_totp_secret()
    TOTP.activate(somebody, secret)
    return Account(person=somebody, email=email, roles=roles, secret=secret)
