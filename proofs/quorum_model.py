"""A house of people who vote, err, cheat and object: the model of bar i3-8, and an oracle of its own.

The oracle says in its own words what GOV-02 of the governance asks; it shares no code with ``people.quorum``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

from tutela.hotline.people.mandate import MANDATE, Mandate, sample_text
from tutela.hotline.people.quorum import CONSEQUENCES, QUORUM, Decision, Look, Quorum, Vote, profile_text
from tutela.hotline.people.quorum.deciding import OrganisationKind, Stage, Vouched
from tutela.hotline.people.roles import (
    ADMINISTRATOR,
    ANALYST,
    LIST_APPROVER,
    SENIOR_ANALYST,
    TAKEDOWN_OFFICER,
)

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: Who gives the lists out: in the model an organisation that assesses nothing.
PUBLISHER = "publisher.test"
LAW = "Section 1"
#: Roles that may vote at each stage.
STAGES: Mapping[Stage, frozenset[str]] = {
    "propose": frozenset({ANALYST, SENIOR_ANALYST, TAKEDOWN_OFFICER}),
    "assess": frozenset({ANALYST, SENIOR_ANALYST}),
    "approve": frozenset({LIST_APPROVER}),
}
LISTS = tuple(name for name, one in CONSEQUENCES.items() if one.act.startswith("list_"))


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who may vote: of this house, or of a partner or an authority beside it."""

    person: str
    roles: frozenset[str]
    organisation: str = "house.test"
    jurisdiction: str = "XX"
    kind: OrganisationKind = "hotline"
    vouched: Vouched = "roster"


@dataclass(kw_only=True)
class Subject:
    """One item and one consequence that is asked for it."""

    consequence: str
    votes: list[Vote] = field(default_factory=list)
    state: str = "open"


def _member(number: int, *roles: str) -> Member:
    return Member(person=f"usr_{number}", roles=frozenset(roles))


#: Two people who share five roles; an administrator approves nothing (``people.roles``).
TWO = (
    _member(1, SENIOR_ANALYST, TAKEDOWN_OFFICER, LIST_APPROVER),
    _member(2, SENIOR_ANALYST, TAKEDOWN_OFFICER, ADMINISTRATOR),
)
#: Six people with five roles.
SIX = (
    _member(1, ANALYST),
    _member(2, ANALYST, TAKEDOWN_OFFICER),
    _member(3, SENIOR_ANALYST),
    _member(4, SENIOR_ANALYST, LIST_APPROVER),
    _member(5, LIST_APPROVER),
    _member(6, ADMINISTRATOR),
)
_ALL = frozenset({SENIOR_ANALYST, LIST_APPROVER})
#: Who votes from outside where a consequence asks for it.
OUTSIDE = (
    Member(
        person="usr_p",
        roles=_ALL,
        organisation="partner.test",
        jurisdiction="YY",
        vouched="organisation",
    ),
    Member(
        person="usr_q",
        roles=_ALL,
        organisation="second.test",
        jurisdiction="ZZ",
        vouched="organisation",
    ),
    Member(
        person="usr_r",
        roles=_ALL,
        organisation="police.test",
        jurisdiction="XX",
        kind="police",
        vouched="organisation",
    ),
)
#: Accounts that nobody vouched for: one person's inventions, with every role and a key each.
PUPPETS = tuple(
    Member(person=f"usr_puppet{number}", roles=_ALL | {ANALYST}, vouched="") for number in range(3)
)


class House:
    """The people, their keys, what they voted on, and the clock; under a shipped mandate and profile."""

    def __init__(self, people: Iterable[Member], *, profile: str, mandate: str) -> None:
        self.own = tuple(people)
        self.people = (*self.own, *OUTSIDE)
        self.accounts = (*self.people, *PUPPETS)
        self.quorum: Quorum = QUORUM.read_text(profile_text(profile, now=START))[1]
        self.mandate: Mandate = MANDATE.read_text(sample_text(mandate, now=START))[1]
        self.keys = {one.person: f"key-{one.person}-0" for one in self.accounts}
        self.subjects: list[Subject] = []
        self.now = START

    def cast(
        self, member: Member, subject: Subject, *, stage: Stage, look: Look, agrees: bool, key: str = ""
    ) -> bool:
        """Whether the vote was taken: by role and mandate; outsiders are asked where it needs them."""
        self.now += timedelta(minutes=1)
        asked = member in (*self.own, *PUPPETS) or self.quorum.needs(subject.consequence).organisations
        unseen = look == "none" or self.mandate.grants("view_full")
        if not (asked and unseen and member.roles & STAGES[stage]):
            return False
        vote = Vote(
            person=member.person,
            organisation=member.organisation,
            key=key or self.keys[member.person],
            look=look,
            at=self.now,
            stage=stage,
            agrees=agrees,
            jurisdiction=member.jurisdiction,
            organisation_kind=member.kind,
            vouched=member.vouched,
        )
        subject.votes.append(vote)
        return True

    def renew_key(self, member: Member) -> None:
        """A new key for somebody whose key another used."""
        number = int(self.keys[member.person].rpartition("-")[2]) + 1
        self.keys[member.person] = f"key-{member.person}-{number}"

    def decide(self, subject: Subject) -> Decision:
        return self.quorum.decide(subject.consequence, subject.votes, publisher=PUBLISHER, law=LAW)

    def activate(self, subject: Subject) -> bool:
        """The only path to ``active``: mandate and quorum say so now."""
        granted = self.mandate.grants(CONSEQUENCES[subject.consequence].act)
        if subject.state == "open" and granted and self.decide(subject).allowed:
            subject.state = "active"
            return True
        return False

    def suspend(self, member: Member, subject: Subject) -> bool:
        """One person is enough, whatever others say."""
        vote = Vote(
            person=member.person,
            organisation=member.organisation,
            key=self.keys[member.person],
            look="none",
            at=self.now,
        )
        if not self.quorum.decide("suspension", [vote]).allowed:
            return False
        subject.state = "suspended"
        return True

    def publish(self) -> list[Subject]:
        """The next version of the lists: what is active and whose votes still carry it, judged afresh."""
        active = [one for one in self.subjects if one.state == "active" and one.consequence in LISTS]
        granted = (one for one in active if self.mandate.grants(CONSEQUENCES[one.consequence].act))
        return [one for one in granted if self.decide(one).allowed]

    def wanted(self) -> list[str]:
        """Consequences that this house does and its mandate grants, with the looks that they need."""
        return [name for name, one in CONSEQUENCES.items() if self._wants(name, one.act)]

    def _wants(self, name: str, act: str) -> bool:
        need = self.quorum.needs(name)
        looks = not need.looks or self.mandate.grants("view_full")
        return not need.off and self.mandate.grants(act) and looks

    def reaches(self, subject: Subject) -> bool:
        """Whether these people can still bring it about, with outsiders only where it asks for these."""
        need = self.quorum.needs(subject.consequence)
        people = self.people if need.organisations else self.own
        for member in people:
            if any(vote.key == self.keys[member.person] for vote in _strangers(subject, member)):
                self.renew_key(member)
        approvers = [one for one in people if LIST_APPROVER in one.roles]
        return any(
            self._brings_about(subject, people, some) for some in combinations(approvers, need.approvals)
        )

    def _brings_about(
        self, subject: Subject, people: tuple[Member, ...], approving: tuple[Member, ...]
    ) -> bool:
        tried = replace(subject, votes=list(subject.votes))
        look: Look = "full" if self.mandate.grants("view_full") else "none"
        for member in people:
            stage: Stage = "approve" if member in approving else "assess"
            self.cast(member, tried, stage=stage, look=look, agrees=True)
        return self.decide(tried).allowed


def _strangers(subject: Subject, member: Member) -> list[Vote]:
    return [vote for vote in subject.votes if vote.person != member.person]


def lawful(subject: Subject) -> bool:
    """Whether an entry of a list has what GOV-02 asks, counted in the oracle's own way."""
    owners: dict[str, set[str]] = {}
    last: dict[str, Vote] = {}
    for vote in subject.votes:
        owners.setdefault(vote.key, set()).add(vote.person)
        if vote.person not in last or vote.at >= last[vote.person].at:
            last[vote.person] = vote
    known = {one.person for one in (*TWO, *SIX, *OUTSIDE)}
    good = [
        one for one in last.values() if one.agrees and owners[one.key] == {one.person} and one.person in known
    ]
    against = sum(not one.agrees for one in last.values())
    people, keys = {one.person for one in good}, {one.key for one in good}
    approving = {one.person: one for one in good if one.stage == "approve"}
    judging = people - set(approving)
    saw = {one.person for one in good if one.look != "none"}
    houses = {one.organisation for one in good}
    apart = [one for one in approving.values() if one.organisation != PUBLISHER]
    least = {"own_list": 2, "shared_list": 3, "provider_list_law": 3, "provider_list": 4, "device_list": 4}
    enough = min(len(people), len(keys)) >= least[subject.consequence] + against
    both = bool(approving) and bool(judging) and len(saw) >= 2
    beyond = {
        "own_list": True,
        "shared_list": len(houses) >= 2,
        "provider_list_law": len(houses) >= 2 and any(one.organisation_kind == "police" for one in good),
        "provider_list": _two_countries(apart),
        "device_list": _two_countries(apart),
    }
    return enough and both and beyond[subject.consequence]


def _two_countries(approvals: Iterable[Vote]) -> bool:
    every = list(approvals)
    return len({one.organisation for one in every}) >= 2 and len({one.jurisdiction for one in every}) >= 2
