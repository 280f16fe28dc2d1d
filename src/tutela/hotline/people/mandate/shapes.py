"""A mandate as values, and what it says to an act. Pure: no file, no clock of its own, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tutela.hotline.people.mandate.acts import ACTS, GRANTS, Grant
from tutela.kernel.errors import Refused

#: On what a law field rests.
Basis = Literal["statute", "police_agreement", "court_order", "notice_right", "partner_agreement"]

#: Most that each basis can support, whatever a file says. A right to notify hosts (DSA Article 16) is
#: everybody's and no leave to look; an agreement between partners is none to fetch. Our own, have counsel
#: confirm per country.
BASES: Mapping[Basis, frozenset[Grant]] = {
    "statute": frozenset(GRANTS),
    "police_agreement": frozenset({"fetch", "store", "view", "hash", "write"}),
    "court_order": frozenset({"store", "share"}),
    "notice_right": frozenset({"write"}),
    "partner_agreement": frozenset({"hash", "share"}),
}

#: What can be deleted after the police have it.
DELETABLE = ("bytes", "addresses", "fingerprints", "reporter")
#: The jurisdiction of the shipped samples: no country has this code (ISO 3166-1, user-assigned).
REHEARSAL = "XX"


class NotInMandate(Refused):
    """The mandate of this house does not grant what this act needs, or holds it back for the police.

    Only another mandate changes that: write it, have it signed, put it in force.
    """

    code = "not_in_mandate"
    http_status = 403


@dataclass(frozen=True, kw_only=True, slots=True)
class Law:
    """A law or agreement that the house stands on: where it applies, what it supports, until when."""

    name: str
    title: str
    article: str
    jurisdiction: str
    basis: Basis
    supports: frozenset[Grant]
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PoliceFirst:
    """Whether the police hear of an item before anybody else outside, and how long the others then wait."""

    required: bool
    hold: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOver:
    """What is deleted once the police have an item, and within what time."""

    delete: frozenset[str]
    within: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeping:
    """How long kept bytes must stay at least, and when they are deleted at the latest."""

    at_least: timedelta
    at_most: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Mandate:
    """What this house may do, and under which law. Made by ``reading`` from signed configuration only."""

    name: str
    house: str
    number: int
    jurisdiction: str
    granted: Mapping[Grant, Law]
    police_first: PoliceFirst
    after_hand_over: HandOver
    keeping: Keeping
    laws: Mapping[str, Law] = field(default_factory=dict)

    @property
    def rehearsal(self) -> bool:
        """Whether this is a sample for trying out: its law is that of no country."""
        return self.jurisdiction == REHEARSAL

    def grants(self, act: str) -> bool:
        """Whether this act is granted. Raises ValueError for a word that is no act."""
        return not self._lacking(act)

    def check(self, act: str) -> None:
        """Return where this act is granted; raises NotInMandate with the reason in plain words.

        Raises ValueError for a word that is no act: a fault of the caller.
        """
        lacking = self._lacking(act)
        if lacking:
            missing = "; ".join(f"'{grant}', {GRANTS[grant]}" for grant in lacking)
            raise NotInMandate(
                f"this house may not {ACTS[act].sentence}: its mandate ({self.name}, number {self.number})"
                f" does not grant {missing}"
            )

    def check_police(self, act: str, *, told: datetime | None, now: datetime) -> None:
        """Return where the police come first in nothing here, or were ``told`` long enough ago.

        Asked beside ``check``, about one item. Raises NotInMandate saying until when the act waits.
        """
        if not (self.police_first.required and ACTS[act].waits_for_police):
            return
        if told is None:
            raise NotInMandate(f"the police are told first; then this house may {ACTS[act].sentence}")
        if now < told + self.police_first.hold:
            hours = self.police_first.hold // timedelta(hours=1)
            raise NotInMandate(f"the police have {hours} hours; then this house may {ACTS[act].sentence}")

    def _lacking(self, act: str) -> tuple[Grant, ...]:
        if act not in ACTS:
            raise ValueError(f"{act!r} is no act of the hotline: people/mandate/acts.py lists them")
        return tuple(grant for grant in ACTS[act].needs if grant not in self.granted)
