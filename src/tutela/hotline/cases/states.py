"""The life of an item as a pure table: which state follows which, and what must be so before.

A guard is data: a name, a question about the evidence, and the sentence that is shown where it says no.
``docs/explanation/item-life.md`` is written from this module. Nothing here knows Django.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

State = Literal[
    "received", "fetched", "unfetchable", "fingerprinted", "matched", "unmatched", "rated", "in_review",
    "verdict", "acted", "watched", "removed", "reappeared", "held", "closed",
]  # fmt: skip
#: Every state, in the order of an item's life.
STATES: tuple[State, ...] = get_args(State)
#: Where each item begins.
FIRST: State = "received"
#: What leads nowhere: a closed item stays closed, new knowledge opens a new one.
TERMINAL: frozenset[State] = frozenset({"closed"})

#: What a page waits for: an item that was found on it and has come to nothing yet.
PENDING: frozenset[State] = frozenset({"received", "fetched", "fingerprinted"})
#: States of an item that is known for what it is, by a list or by an act of this house.
KNOWN: frozenset[State] = frozenset({"matched", "acted", "watched", "removed", "reappeared"})

#: What proves an item for a notice or a referral (decisions.md section 2).
CONFIRMING = frozenset({"sha256", "person"})
#: Vantage points, looks from each, and seconds between the first and the last look of a removal
#: (decisions.md section 2: two vantage points, twice, at least 30 minutes apart).
VANTAGE_POINTS_MIN, LOOKS_MIN, SPREAD_SECONDS_MIN = 2, 2, 30 * 60

#: Why an item may be closed, as the ledger keeps it, and what that means.
CLOSING_REASONS: Mapping[str, str] = {
    "not_illegal": "people looked, and it is not illegal",
    "out_of_scope": "it is nothing that this hotline deals with",
    "duplicate": "another item is about the same",
    "unreachable": "it could not be fetched, and there is no other way to it",
    "handed_over": "somebody else has it now: police, another hotline",
    "withdrawn": "the act rested on an error and was taken back",
    "leads_only": "a page that shows nothing itself: what it leads to is acted on where that is",
    "ended": "it is gone and has been watched for as long as the rules ask",
    "exercise": "it was made for an exercise",
}
#: Reasons for closing an item by which what was said about it was wrong: it is taken back.
WRONG: frozenset[str] = frozenset({"not_illegal", "withdrawn"})
#: States in which people judge an item, or judge it anew: until they have, nothing rests on it.
DOUBTED: frozenset[State] = frozenset({"in_review", "rated"})
#: Why an item may be held.
HOLDING_REASONS: Mapping[str, str] = {
    "police_first": "police are told first and have asked for time",
    "legal_hold": "a court or an authority forbids to touch it",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchEvidence:
    """What one match says: how it is confirmed (or an empty text), and whether its entry is approved."""

    confirmed: str
    approved: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """What the checks of a sighting found together: nothing there, seen from how many places, how often."""

    vantage_points: int
    looks_each: int
    spread_seconds: float


#: Rows beside the item's own that a step may depend on.
Rows = Literal["matches", "verdict"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What is known of an item at the moment in which it is to be moved, and the reason that is given."""

    reason: str = ""
    matches: tuple[MatchEvidence, ...] = ()
    #: Class of the last verdict: empty where there is none, or where it says that nothing is illegal.
    legal_class: str = ""
    has_verdict: bool = False
    absence: Absence | None = None
    held_from: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """A condition: what it ``asks``, whether it ``holds``, and what is ``lacking`` where it does not.

    ``reads`` is what it has to be told from other rows than the item's own.
    """

    name: str
    asks: str
    holds: Callable[[Evidence, State], bool]
    lacking: str
    reads: Rows | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """One step of the table: from, to, when it is taken, and the guard that stands before it."""

    origin: State
    to: State
    when: str
    guard: Guard | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Whether an item may be moved, and if not, why."""

    allowed: bool
    reason: str


def _is_proven(evidence: Evidence, _to: State) -> bool:
    return any(match.approved and match.confirmed in CONFIRMING for match in evidence.matches)


def _is_gone(evidence: Evidence, _to: State) -> bool:
    seen = evidence.absence
    return (
        seen is not None
        and seen.vantage_points >= VANTAGE_POINTS_MIN
        and seen.looks_each >= LOOKS_MIN
        and seen.spread_seconds >= SPREAD_SECONDS_MIN
    )


PROVEN = Guard(
    name="proven",
    asks="a match confirmed by SHA-256 or by a person, under an approved entry",
    holds=_is_proven,
    lacking="no match of it is confirmed by SHA-256 or by a person under an entry that is approved",
    reads="matches",
)
JUDGED = Guard(
    name="judged",
    asks="a verdict",
    holds=lambda evidence, _to: evidence.has_verdict,
    lacking="there is no verdict on it yet",
    reads="verdict",
)
JUDGED_ILLEGAL = Guard(
    name="judged_illegal",
    asks="a verdict that names a class of illegal material",
    holds=lambda evidence, _to: evidence.has_verdict and bool(evidence.legal_class),
    lacking="its verdict names no class of illegal material",
    reads="verdict",
)
GONE = Guard(
    name="gone",
    asks="two vantage points, twice each, at least 30 minutes apart",
    holds=_is_gone,
    lacking="a removal is two vantage points, twice each, at least 30 minutes apart",
)
CLOSING = Guard(
    name="closing_reason",
    asks="a reason for closing",
    holds=lambda evidence, _to: evidence.reason in CLOSING_REASONS,
    lacking="closing needs one of these reasons: " + ", ".join(CLOSING_REASONS),
)
HOLDING = Guard(
    name="holding_reason",
    asks="a reason for holding",
    holds=lambda evidence, _to: evidence.reason in HOLDING_REASONS,
    lacking="holding needs one of these reasons: " + ", ".join(HOLDING_REASONS),
)
WHERE_IT_WAS = Guard(
    name="where_it_was",
    asks="the state that it was taken from",
    holds=lambda evidence, to: evidence.held_from == to,
    lacking="a held item goes back to the state it was taken from, and nowhere else",
)


def _step(origin: State, to: State, when: str, guard: Guard | None = None) -> Transition:
    return Transition(origin=origin, to=to, when=when, guard=guard)


#: Who may be held and who may be closed: everything that is still going on.
_ACTIVE = tuple(state for state in STATES if state not in TERMINAL | {"held"})

#: The whole table. Order within a state is the order in the manual.
TABLE: tuple[Transition, ...] = (
    _step("received", "fetched", "its bytes are in the vault"),
    _step("received", "unfetchable", "the network door gave up, or the address leads nowhere"),
    _step("fetched", "fingerprinted", "its shown forms have fingerprints"),
    _step("fetched", "unfetchable", "what came cannot be opened, or a later fetch found nothing"),
    _step("unfetchable", "fetched", "a later try brought its bytes"),
    _step("fingerprinted", "matched", "a list knows it, or may know it"),
    _step("fingerprinted", "unmatched", "no list knows it"),
    _step("matched", "acted", "it is known and proven: nobody has to look", PROVEN),
    _step("matched", "rated", "it is a candidate and waits for a person, in order"),
    _step("matched", "in_review", "it is a candidate, and a person has taken it"),
    _step("unmatched", "rated", "a rating has given it a place in the queue"),
    _step("rated", "in_review", "a person has taken it"),
    _step("in_review", "rated", "it was given back to the queue"),
    _step("in_review", "verdict", "the assessments amount to a verdict", JUDGED),
    _step("verdict", "in_review", "another look is asked for"),
    _step("verdict", "acted", "a notice or a referral goes out", JUDGED_ILLEGAL),
    _step("acted", "watched", "the message is out, and its place is looked at from now on"),
    _step("acted", "in_review", "a second look or an appeal doubts it"),
    _step("watched", "acted", "it is still there, and somebody is told again"),
    _step("watched", "in_review", "a second look or an appeal doubts it"),
    _step("watched", "removed", "it is gone", GONE),
    _step("removed", "reappeared", "a later look found it again"),
    _step("reappeared", "acted", "somebody is told again"),
    _step("reappeared", "in_review", "what came back may be something else"),
    *(_step(origin, "held", "it must not be touched for now", HOLDING) for origin in _ACTIVE),
    *(_step("held", to, "the hold ended", WHERE_IT_WAS) for to in _ACTIVE),
    *(_step(origin, "closed", "it is done with", CLOSING) for origin in (*_ACTIVE, "held")),
)  # fmt: skip
_BY_STEP: Mapping[tuple[str, str], Transition] = {(step.origin, step.to): step for step in TABLE}


def page_state(found: Collection[str], *, is_known: bool) -> State | None:
    """Where a page goes from ``fingerprinted`` by the states of what was found on it; None: it waits.

    ``is_known``: a list knows one of them, or may know it. A page whose media all failed is ``unmatched``, so
    that a person looks at it: that nothing could be fetched says nothing about the page.
    """
    if PENDING.intersection(found):
        return None
    return "matched" if is_known or KNOWN.intersection(found) else "unmatched"


def transitions_from(state: str) -> tuple[Transition, ...]:
    """The steps that lead away from a state; none from a terminal one."""
    return tuple(step for step in TABLE if step.origin == state)


def read_by(origin: str, to: str) -> Rows | None:
    """The rows beside the item's own on which this step depends; None: on none."""
    step = _BY_STEP.get((origin, to))
    return step.guard.reads if step is not None and step.guard is not None else None


def decide(origin: str, to: str, evidence: Evidence) -> Decision:
    """Whether the step may be taken with this evidence, with the sentence that says why."""
    step = _BY_STEP.get((origin, to))
    if step is None:
        return Decision(allowed=False, reason=_no_way(origin, to))
    if step.guard is not None and not step.guard.holds(evidence, step.to):
        return Decision(allowed=False, reason=step.guard.lacking)
    return Decision(allowed=True, reason=step.when)


def _no_way(origin: str, to: str) -> str:
    if to not in STATES:
        return "there is no such state"
    if origin in TERMINAL:
        return "the item is closed and stays so; open a new one"
    ways = ", ".join(step.to for step in transitions_from(origin) if step.to not in {"held", "closed"})
    return f"no step leads from {origin} to {to}; from {origin} it goes to: {ways or 'held, closed'}"
