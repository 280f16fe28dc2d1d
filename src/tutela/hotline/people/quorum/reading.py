"""The quorum read from its signed file. A profile may ask for more than the floor, never for less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template

from tutela.hotline.people.quorum.consequences import CONSEQUENCES, Consequence
from tutela.hotline.people.quorum.deciding import Decision, Vote, decide
from tutela.hotline.people.quorum.needs import LOOKS, Need
from tutela.kernel import settings
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.signing.signed_files import ConfigurationFolder, Header, SignedFile
from tutela.kernel.signing.tables import Table

#: The shipped profiles, by name.
PROFILES = ("solo-duty", "small", "standard")
#: Most votes and hours that a profile may ask for (our own).
_VOTES_MAX, _HOURS_MAX = 16, 168
#: How long a filled-in profile is valid.
PROFILE_VALID = timedelta(days=365)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quorum:
    """What each consequence needs in this house. Made by ``parse_quorum`` from signed configuration only."""

    name: str
    number: int
    wanted: Mapping[str, Need]

    def needs(self, consequence: str) -> Need:
        """What this consequence needs. Raises ValueError for a word that is none: a fault of the caller."""
        if consequence not in self.wanted:
            raise ValueError(f"{consequence!r} is no consequence: people/quorum/consequences.py lists them")
        return self.wanted[consequence]

    def decide(
        self, consequence: str, votes: Iterable[Vote], *, publisher: str = "", law: str = ""
    ) -> Decision:
        """Whether these votes bring the consequence about: ``deciding.decide`` with this house's need."""
        return decide(self.needs(consequence), votes, publisher=publisher, law=law)


def parse_quorum(untrusted: Table, header: Header) -> Quorum:
    """The quorum of a table. Raises ValueError naming the key, also for what is below the floor.

    What is left out is off, or at its floor where no house can be without it: so a file that was signed
    before a release knew a consequence still holds, and brings nothing new about.
    """
    table = untrusted.table("consequences")
    wanted = {
        name: _need(table.table(name), one) if table.has(name) else _left_out(one)
        for name, one in CONSEQUENCES.items()
    }
    table.finish()
    return Quorum(name=untrusted.text("name"), number=header.number, wanted=wanted)


#: The file of the quorum.
QUORUM: SignedFile[Quorum] = SignedFile(
    name="quorum.toml", schema="tutela-quorum", version=1, parse=parse_quorum
)


def quorum_in_force(home: Path | None = None, *, clock: Clock | None = None) -> Quorum:
    """The quorum of this house, verified now. Raises ConfigurationRefused (a Refused) with the reason.

    ``home`` is TUTELA_HOME where none is given. Read afresh, about a millisecond.
    """
    folder = ConfigurationFolder(settings.home() if home is None else home)
    return folder.read(QUORUM, clock or SystemClock()).value


def profile_text(name: str, *, now: datetime) -> str:
    """The text of a shipped profile, valid for a year from today. Raises ValueError for an unknown name."""
    if name not in PROFILES:
        raise ValueError(f"a profile is one of: {', '.join(PROFILES)}")
    text = (files("tutela.hotline.people.quorum") / "profiles" / f"{name}.toml").read_text("utf-8")
    return Template(text).substitute(valid_from=f"{now:%Y-%m-%d}", expires=f"{now + PROFILE_VALID:%Y-%m-%d}")


def _need(untrusted: Table, consequence: Consequence) -> Need:
    floor = consequence.floor
    if untrusted.flag("off", default=False):
        need = _off(untrusted.place, consequence)
        untrusted.finish()
        return need
    look = untrusted.text("least_look", LOOKS)
    hours = untrusted.number("second_look_within_hours", 0, _HOURS_MAX, default=0)
    need = replace(
        floor,
        votes=untrusted.number("votes", 0, _VOTES_MAX),
        least_look=next(one for one in LOOKS if one == look),
        looks=untrusted.number("looks", 0, _VOTES_MAX, default=floor.looks),
        approvals=untrusted.number("approvals", 0, _VOTES_MAX, default=floor.approvals),
        organisations=untrusted.number("organisations", 0, _VOTES_MAX, default=floor.organisations),
        jurisdictions=untrusted.number("jurisdictions", 0, _VOTES_MAX, default=floor.jurisdictions),
        second_look_within=timedelta(hours=hours) if hours else None,
    )
    untrusted.finish()
    _check(untrusted.place, need, consequence)
    return need


def _check(place: str, need: Need, consequence: Consequence) -> None:
    for said in (*need.weaknesses(consequence.floor), *need.contradictions()):
        raise ValueError(f"{place}.{said}")
    if consequence.fixed and need != consequence.floor:
        raise ValueError(f"{place}: one person is enough to remove, and nobody may ask for more")


def _left_out(consequence: Consequence) -> Need:
    closed = not (consequence.fixed or consequence.always)
    return replace(consequence.floor, off=True) if closed else consequence.floor


def _off(place: str, consequence: Consequence) -> Need:
    if consequence.fixed or consequence.always:
        raise ValueError(f"{place}.off: what removes, and the way to the police, is open in every house")
    return replace(consequence.floor, off=True)
