"""How long kept bytes stay, by the mandate in force: kept at least until, deleted by, or held. Pure.

A mandate in which these contradict each other is refused when it is read (``people.mandate.reading``), so a
time to keep never ends after the time to delete.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tutela.hotline.people.mandate.shapes import Mandate

#: Which rule of the mandate says when an object goes: ``keeping`` or ``after_hand_over``.
Rule = Literal["at_most", "after_hand_over"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What is known of one object: when it was fetched, when the police were told of its item, or None.

    ``is_held``: a court or an authority forbids to touch the item, or the page on which it stood.
    """

    fetched_at: datetime
    police_told_at: datetime | None = None
    is_held: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """The object stays until ``keep_until`` at least and goes at ``delete_by``, unless it is held."""

    keep_until: datetime
    delete_by: datetime
    rule: Rule
    is_held: bool

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be destroyed now: never while it is held, never before its time."""
        return not self.is_held and now >= self.delete_by


def times_of(kept: Kept, mandate: Mandate) -> Times | None:
    """The times of an object, or None where this mandate says nothing about it: it grants no storing.

    A house that may no longer store has a mandate without times. What lies in its vault is then a question
    for counsel, and is destroyed by nobody on its own.
    """
    if not mandate.grants("store_evidence"):
        return None
    keep_until = kept.fetched_at + mandate.keeping.at_least
    delete_by, handed = max(keep_until, kept.fetched_at + mandate.keeping.at_most), mandate.after_hand_over
    rule: Rule = "at_most"
    if kept.police_told_at is not None and "bytes" in handed.delete:
        after = max(keep_until, kept.police_told_at + handed.within)
        if after < delete_by:
            delete_by, rule = after, "after_hand_over"
    return Times(keep_until=keep_until, delete_by=delete_by, rule=rule, is_held=kept.is_held)


@dataclass(frozen=True, kw_only=True, slots=True)
class Emptying:
    """Addresses of an item, or words of a report: when they go after the hand-over, and what keeps them.

    ``of`` is the id of the item or the report. A legal hold keeps them, and that the item still needs them.
    """

    what: Literal["addresses", "words"]
    of: str
    delete_by: datetime
    is_held: bool
    is_needed: bool = False

    def is_due(self, now: datetime) -> bool:
        """Whether they are to be emptied now."""
        return now >= self.delete_by and not self.is_held and not self.is_needed
