"""Whether the votes of people bring a consequence about. Pure: votes in, decision out.

One person has one vote, the latest; one key is one person's; and where more than one person is needed, only
those count who are vouched for, else one person with two accounts would be two. So whoever proposed cannot
assess or approve the same, and whoever assessed cannot approve it: each of these is a vote. Each objection
asks for one vote more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tutela.hotline.people.quorum.needs import LOOKS, Look, Need

#: What a vote does: found and proposed it, judged it independently, approves what others judged.
Stage = Literal["propose", "assess", "approve"]
#: How whoever votes is vouched for (people.vouching): not at all, by the signed roster, by two colleagues, or
#: by another organisation that signed the vote as its own.
Vouched = Literal["", "roster", "colleagues", "organisation"]
#: What an organisation is.
OrganisationKind = Literal["hotline", "police", "court", "other"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """One person's word on one consequence for one item.

    ``person`` is an id, ``key`` names the credential that the vote was given with, never the credential.
    """

    person: str
    organisation: str
    key: str
    look: Look
    at: datetime
    stage: Stage = "assess"
    agrees: bool = True
    jurisdiction: str = ""
    organisation_kind: OrganisationKind = "hotline"
    #: How ``person`` was vouched for when they voted (``people.vouching.queries.vouched_for``).
    vouched: Vouched = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What counted; it travels with a list's entry to everybody who gets it."""

    votes: int
    looks: int
    assessments: int
    approvals: int
    organisations: int
    jurisdictions: int
    objections: int
    authority: bool
    #: Of the votes, by the signed roster, by colleagues, by another organisation.
    by_roster: int
    by_colleagues: int
    by_organisations: int
    #: Agreeing votes that did not count, since nobody vouched for who gave them.
    uncounted: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Whether the consequence may come to pass; why; what is lacking; what counted."""

    allowed: bool
    reason: str
    lacking: tuple[str, ...]
    tally: Tally
    #: Until when a second person has to look, where one vote was enough.
    second_look_due: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondLook:
    """How the second look at what one person decided stands. ``wrong``: withdraw at once."""

    state: Literal["not needed", "awaited", "overdue", "right", "wrong"]
    due: datetime | None = None


def decide(need: Need, votes: Iterable[Vote], *, publisher: str = "", law: str = "") -> Decision:
    """Whether ``votes`` meet ``need``. ``publisher`` is the organisation that would give the list out.

    ``law`` is the law cited, where an authority's vote is needed.
    """
    every = list(votes)
    agreeing = _agreeing(every)
    objections = sum(not vote.agrees for vote in _latest(every)) if need.heeds_objections else 0
    counting = _counting(agreeing, several=need.votes + objections > 1)
    tally = replace(
        _tally(need, counting, objections=objections, publisher=publisher),
        uncounted=len(agreeing) - len(counting),
    )
    lacking = tuple(_lacking(need, tally, publisher=publisher, law=law))
    alone = not lacking and len(_counting(agreeing, several=True)) <= 1
    return Decision(
        allowed=not lacking,
        reason="; ".join(lacking) if lacking else f"{tally.votes} of {need.votes} votes, nothing is lacking",
        lacking=lacking,
        tally=tally,
        second_look_due=_due(need, agreeing) if alone else None,
    )


def second_look(need: Need, votes: Iterable[Vote], *, now: datetime) -> SecondLook:
    """How the second look stands at what ``decide`` allowed with one vote, the earliest of ``votes``.

    Another person's vote is right or wrong by what it says, and only if they saw what the need asks for; to
    be right, two people are vouched for, the first among them or not. The first person may find their own
    vote wrong, and cannot put the time off by voting again.
    """
    every = sorted(votes, key=lambda vote: vote.at)
    due = _due(need, every)
    if due is None:
        return SecondLook(state="not needed")
    least = LOOKS.index(need.least_look)
    first = every[0]
    others = [
        one
        for one in _counting(_agreeing(every), several=True)
        if one.person != first.person and LOOKS.index(one.look) >= least
    ]
    if any(not one.agrees and (LOOKS.index(one.look) >= least) for one in _latest(every)):
        return SecondLook(state="wrong", due=due)
    if len(others) + bool(first.vouched) > 1:
        return SecondLook(state="right", due=due)
    return SecondLook(state="overdue" if now >= due else "awaited", due=due)


def _latest(votes: Iterable[Vote]) -> list[Vote]:
    """The latest vote of each person."""
    latest = {vote.person: vote for vote in sorted(votes, key=lambda vote: vote.at)}
    return list(latest.values())


def _agreeing(votes: list[Vote]) -> list[Vote]:
    """The votes that agree and count: each person's latest, with a key that nobody else used."""
    people_of_key = Counter(key for key, _ in {(vote.key, vote.person) for vote in votes})
    return [
        vote
        for vote in _latest(votes)
        if vote.agrees and vote.person and vote.key and people_of_key[vote.key] == 1
    ]


def _counting(agreeing: list[Vote], *, several: bool) -> list[Vote]:
    """Those of the agreeing votes that count: where ``several`` people are needed, of who is vouched for."""
    return [vote for vote in agreeing if vote.vouched] if several else agreeing


def _due(need: Need, votes: list[Vote]) -> datetime | None:
    """The end of the time for the second look, counted from the earliest of these votes."""
    if need.second_look_within is None or not votes:
        return None
    return min(vote.at for vote in votes) + need.second_look_within


def _tally(need: Need, agreeing: list[Vote], *, objections: int, publisher: str) -> Tally:
    least = LOOKS.index(need.least_look)
    approvals = [vote for vote in agreeing if vote.stage == "approve"]
    apart = [vote for vote in approvals if vote.organisation != publisher]
    among = apart if need.publisher_apart else agreeing
    return Tally(
        votes=len(agreeing),
        looks=sum(LOOKS.index(vote.look) >= least for vote in agreeing) if need.looks else 0,
        assessments=len(agreeing) - len(approvals),
        approvals=len(apart if need.publisher_apart else approvals),
        organisations=len({vote.organisation for vote in among if vote.organisation}),
        jurisdictions=len({vote.jurisdiction for vote in among if vote.jurisdiction}),
        objections=objections,
        authority=any(vote.organisation_kind in ("police", "court") for vote in agreeing),
        by_roster=sum(vote.vouched == "roster" for vote in agreeing),
        by_colleagues=sum(vote.vouched == "colleagues" for vote in agreeing),
        by_organisations=sum(vote.vouched == "organisation" for vote in agreeing),
        uncounted=0,
    )


def _lacking(need: Need, tally: Tally, *, publisher: str, law: str) -> Iterator[str]:
    if need.off:
        yield "this house does not do this (quorum.toml: off)"
        return
    votes = need.votes + tally.objections
    for name, have, wanted in (
        ("votes of different people", tally.votes, votes),
        (f"votes after a look that is {need.least_look} or more", tally.looks, need.looks),
        ("approvals", tally.approvals, need.approvals),
        ("assessments beside the approvals", tally.assessments, need.assessments),
        ("organisations", tally.organisations, need.organisations),
        ("jurisdictions", tally.jurisdictions, need.jurisdictions),
    ):
        if have < wanted:
            yield f"{name}: {have} of {wanted}"
    if tally.uncounted and tally.votes < votes:
        yield f"somebody's word for who voted: {tally.uncounted} not vouched for"
    if need.publisher_apart and not publisher:
        yield "who publishes the list"
    if need.authority and not tally.authority:
        yield "a vote of the police or a court"
    if need.authority and not law.strip():
        yield "the law that is cited"
