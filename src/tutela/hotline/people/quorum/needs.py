"""What a consequence needs of people, as a value, and when one need is weaker than another. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

#: What a voter saw of the item: nothing, a protected picture (grey, blurred, small), or the whole as it is.
Look = Literal["none", "protected", "full"]
#: The looks, the least first.
LOOKS: tuple[Look, ...] = ("none", "protected", "full")


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What a consequence needs: independent people, what they saw, and whose they are.

    ``votes``: different people with different keys. ``looks`` of them saw at least ``least_look``.
    ``approvals`` of the votes approve what others proposed and assessed. With ``publisher_apart``,
    organisations and jurisdictions are those of the approvals, and the publisher's own does not count.
    """

    votes: int
    least_look: Look = "none"
    looks: int = 0
    approvals: int = 0
    organisations: int = 0
    jurisdictions: int = 0
    publisher_apart: bool = False
    #: One vote is of the police or a court, and the law is cited.
    authority: bool = False
    #: Whether each objection asks for one vote more: not to take something back or to tell the police.
    heeds_objections: bool = True
    #: Where fewer than two people voted: within what time a second person looks.
    second_look_within: timedelta | None = None
    #: This house does not do it at all.
    off: bool = False

    @property
    def assessments(self) -> int:
        """How many votes propose or assess: where others approve, all but the approvals."""
        return self.votes - self.approvals if self.approvals else 0

    def weaknesses(self, floor: Need) -> Iterator[str]:
        """Sentences that say where this need asks less than ``floor``; none where it asks as much or more."""
        for name in ("votes", "looks", "approvals", "organisations", "jurisdictions"):
            least = getattr(floor, name)
            if getattr(self, name) < least:
                yield f"{name}: at least {least}"
        if LOOKS.index(self.least_look) < LOOKS.index(floor.least_look):
            yield f"least_look: at least {floor.least_look}"
        if not self._looked_again(floor):
            hours = (floor.second_look_within or timedelta()) // timedelta(hours=1)
            yield f"second_look_within_hours: from 1 to {hours}, or votes: at least 2"

    def _looked_again(self, floor: Need) -> bool:
        if floor.second_look_within is None or self.votes > 1:
            return True
        return self.second_look_within is not None and self.second_look_within <= floor.second_look_within

    def contradictions(self) -> Iterator[str]:
        """Sentences that say why nobody could ever meet this need."""
        for name in ("looks", "approvals", "organisations", "jurisdictions"):
            if getattr(self, name) > self.votes:
                yield f"{name}: at most as many as votes ({self.votes})"
        if self.looks and self.least_look == "none":
            yield "looks: 0 where least_look is none"
        if self.least_look != "none" and not self.looks:
            yield "looks: at least 1 where a look is asked for"
        if self.publisher_apart and max(self.organisations, self.jurisdictions) > self.approvals:
            yield "approvals: at least as many as organisations and jurisdictions"
