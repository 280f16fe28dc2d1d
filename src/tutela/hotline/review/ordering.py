"""In which order items are looked at, with the reasons in words. Pure.

A machine orders and never decides. Age counts without end: whatever else is said of an item, there comes a
time at which it is the next one (threat model ST-24), but for a child in danger now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Name and version of this order, as ratings keep it.
MODEL, VERSION = "tutela-order", "1"
#: Points of each reason (our own; docs/explanation/review.md says why).
URGENT, KNOWN, NEAR, SECOND, PARTNER, NEW = 1_000.0, 3.0, 2.0, 1.5, 1.5, 1.0
#: Points for each further report, and the most that reports give.
REPORT, REPORTS_MAX = 0.5, 3.0
#: Within which time an item is new, and how long it waits for one point more.
NEW_WITHIN, POINT_EVERY = timedelta(hours=24), timedelta(hours=6)
#: From when on its age is said as a reason.
LONG = timedelta(hours=24)
#: Points at which a score is one half.
_HALF = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFacts:
    """What the order looks at. ``is_known``: two hashes name it; ``is_near``: one does."""

    opened_at: datetime
    urgent: bool = False
    is_known: bool = False
    is_near: bool = False
    second_needed: bool = False
    from_partner: bool = False
    reports: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Points, the higher the sooner, and declared words, the weightiest first (``acts.REASONS``)."""

    points: float
    reasons: tuple[str, ...]

    @property
    def score(self) -> float:
        """The points as a share of one."""
        return self.points / (self.points + _HALF)


def place_of(facts: QueueFacts, *, now: datetime) -> Place:
    """The place of an item in the queue at this moment."""
    found = sorted(_reasons(facts, now), key=lambda one: -one[0])
    return Place(points=sum(points for points, _ in found), reasons=tuple(word for _, word in found if word))


def _reasons(facts: QueueFacts, now: datetime) -> Iterator[tuple[float, str]]:
    """(points, word) of each that holds; waiting counts before it is worth a word."""
    age = max(timedelta(), now - facts.opened_at)
    if facts.urgent:
        yield URGENT, "child_in_danger"
    if facts.is_known or facts.is_near:
        yield KNOWN if facts.is_known else NEAR, "near_known"
    if facts.second_needed:
        yield SECOND, "second_needed"
    if facts.from_partner:
        yield PARTNER, "from_partner"
    if facts.reports > 1:
        yield min(REPORT * (facts.reports - 1), REPORTS_MAX), "many_reports"
    if age < NEW_WITHIN:
        yield NEW, "is_new"
    yield age / POINT_EVERY, "waits_long" if age >= LONG else ""
