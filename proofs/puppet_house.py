"""A house on a real database in which one administrator is dishonest: people, accounts, signers.

All is done by the product's own actions. What is the model's own is who really holds an account (``holder``):
the product cannot know it, and the bar is that it need not.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path

from tutela.hotline.ledger.actors import Actor, process
from tutela.hotline.people import actions
from tutela.hotline.people.access import roles_held
from tutela.hotline.people.configuration import rehearsal_keys, rehearse, rehearse_roster
from tutela.hotline.people.models import Person
from tutela.hotline.people.quorum import CONSEQUENCES, QUORUM, Decision, Quorum, Vote, profile_text
from tutela.hotline.people.quorum.deciding import Stage
from tutela.hotline.people.roles import ADMINISTRATOR, LIST_APPROVER, SENIOR_ANALYST
from tutela.hotline.people.vouching import queries
from tutela.hotline.people.vouching.actions import vouch
from tutela.hotline.people.vouching.codes import code_of
from tutela.hotline.people.vouching.roster import Line
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import TutelaError

#: The dishonest administrator, and the honest people of the house with their roles.
MALLORY = "Mallory"
HONEST = {
    "Anna": frozenset({ADMINISTRATOR, SENIOR_ANALYST}),
    "Ben": frozenset({SENIOR_ANALYST, LIST_APPROVER}),
}
ROLES = (
    frozenset({ADMINISTRATOR, SENIOR_ANALYST}),
    frozenset({LIST_APPROVER}),
    frozenset({SENIOR_ANALYST, LIST_APPROVER}),
    frozenset({"intake_officer"}),
)
OPERATOR = process("operator")
#: What needs more than one person in every profile.
SEVERAL = tuple(name for name, one in CONSEQUENCES.items() if one.floor.votes > 1)


class PuppetHouse:
    """One house; ``home`` is TUTELA_HOME. Accounts are named by their public id."""

    def __init__(self, home: Path, clock: FixedClock) -> None:
        self.home, self.keys, self.clock = home, rehearsal_keys(), clock
        self._number = count()
        rehearse(home, keys=self.keys, clock=clock)
        self.quorum: Quorum = QUORUM.read_text(profile_text("small", now=clock.now()))[1]
        self.begin()

    def begin(self) -> None:
        """The people of the house, each with one account, all on the roster."""
        self.holder: dict[str, str] = {}
        self.own: dict[str, str] = {}
        self.votes: list[Vote] = []
        self.draft: dict[str, Line] = {}
        for human, roles in {MALLORY: HONEST["Anna"], **HONEST}.items():
            self.own[human] = self.join(human, roles, actor=OPERATOR)
        self.write_roster()
        self.enact()

    # --- anybody ----------------------------------------------------------------------------------

    def join(self, holder: str, roles: frozenset[str], *, actor: Actor) -> str:
        """A new account that ``holder`` takes up; they are called so, whoever they are."""
        address = f"somebody-{next(self._number)}@house.test"
        made = actions.invite_person(holder, address, roles, actor=actor, clock=self.clock)
        return self._taken_up(made, holder)

    def reset(self, account: str, holder: str, *, actor: Actor) -> str:
        """The account in the hands of ``holder``, who had it reset."""
        made = actions.reset_sign_in(self.person(account), actor=actor, clock=self.clock)
        return self._taken_up(made, holder)

    def change_roles(self, account: str, roles: frozenset[str], *, actor: Actor) -> None:
        actions.change_roles(self.person(account), roles, actor=actor, clock=self.clock)

    def vouch(self, voucher: str, account: str) -> bool:
        """Whether the word was taken. The code is heard by everybody, whoever should not."""
        person = self.person(account)
        try:
            vouch(person, code_of(person), voucher=self.person(voucher), clock=self.clock)
        except TutelaError:
            return False
        return True

    def waiting_for(self, voucher: str) -> set[str]:
        """Accounts that the page shows to this voucher to give their word for."""
        everybody = queries.standings(clock=self.clock)
        return {one.public_id for one in everybody if not one.vouched and voucher not in one.words}

    def held_by(self, *humans: str) -> list[str]:
        return [account for account, holder in self.holder.items() if holder in humans]

    def person(self, account: str) -> Person:
        return Person.objects.get(public_id=account)

    def _taken_up(self, made: actions.Invited, holder: str) -> str:
        account = actions.take_up(made.token, None, clock=self.clock).public_id
        self.holder[account] = holder
        return account

    # --- signers, outside the desk ----------------------------------------------------------------

    def write_roster(self, *, shown: str = "") -> None:
        """What the signers will sign: one account for each human, read out by who really holds it.

        Mallory reads out ``shown``, or the account that is really theirs; the signers suspect nothing.
        """
        accounts = {MALLORY: shown or self.own[MALLORY], **{one: self.own[one] for one in HONEST}}
        mine = [one for human, one in accounts.items() if self.holder[one] == human]
        self.draft = {one: _line(self.person(one)) for one in mine}

    def enact(self) -> None:
        """What was written is in force, however the accounts stand by now."""
        rehearse_roster(self.home, self.draft, keys=self.keys, clock=self.clock)

    # --- votes ------------------------------------------------------------------------------------

    def cast(self, accounts: list[str]) -> None:
        """Votes of these accounts on what Mallory wants, each after all looks and with a key of its own."""
        self.clock.advance(60)
        vouched = {one.public_id: one.vouched for one in queries.standings(clock=self.clock)}
        for number, account in enumerate(accounts):
            stage: Stage = "approve" if number % 2 else "assess"
            vote = Vote(
                person=account,
                organisation="house.test",
                key=f"key-{account}",
                look="full",
                at=self.clock.now(),
                stage=stage,
                vouched=vouched.get(account, ""),
            )
            self.votes.append(vote)

    def decisions(self) -> Mapping[str, Decision]:
        """What the votes bring about now, of all that needs more than one person."""
        votes = queries.standing_votes(self.votes, clock=self.clock)
        return {
            name: self.quorum.decide(name, votes, publisher="house.test", law="Section 1") for name in SEVERAL
        }

    def recovered(self) -> bool:
        """Whether operator and signers bring the house back from wherever it is: two honest people list."""
        for human, roles in HONEST.items():
            account = self.reset(self.own[human], human, actor=OPERATOR)
            if roles_held(self.person(account)) != roles:
                self.change_roles(account, roles, actor=OPERATOR)
        self.write_roster()
        self.enact()
        self.votes = []
        self.cast([self.own["Anna"], self.own["Ben"]])
        return self.decisions()["own_list"].allowed


def _line(person: Person) -> Line:
    return Line(name=person.name, roles=roles_held(person), renewal=person.renewal)
