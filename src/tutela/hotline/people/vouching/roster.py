"""The roster: a signed file that names the accounts of colleagues. Whom it names is vouched for.

A house may have none; then nobody here can vote where more than one person is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tutela.hotline.people.roles import ROLES, exclusion
from tutela.kernel import settings
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.ids import is_id
from tutela.kernel.signing.signed_files import ConfigurationFolder, Header, SignedFile
from tutela.kernel.signing.tables import Table

#: The one shipped sample: what a roster looks like. ``tutela roster draft`` writes that of this house.
SAMPLES = ("two-people",)
#: How long a written roster is valid.
ROSTER_VALID = timedelta(days=365)
#: Most people on a roster, and most renewals of an account (our own).
_PEOPLE_MAX, _RENEWAL_MAX = 1_000, 1_000_000
_PREFIX = "usr_"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One account on the roster: whose it is, in which roles they may vote, and which renewal was seen."""

    name: str
    roles: frozenset[str]
    renewal: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """The accounts that enough signers vouched for, by id. Number 0: this house has no roster."""

    number: int = 0
    people: Mapping[str, Line] = field(default_factory=dict)


def parse_roster(untrusted: Table, header: Header) -> Roster:
    """The roster of a table. Raises ValueError naming the key."""
    table = untrusted.table("people")
    names = table.names()
    if len(names) > _PEOPLE_MAX:
        raise ValueError(f"people: at most {_PEOPLE_MAX}")
    people = {name: _line(table.table(name), name) for name in names}
    table.finish()
    if len({line.name.casefold() for line in people.values()}) < len(people):
        raise ValueError("people: each name only once; tell people of one name apart")
    return Roster(number=header.number, people=people)


#: The file of the roster.
ROSTER: SignedFile[Roster] = SignedFile(
    name="roster.toml", schema="tutela-roster", version=1, parse=parse_roster
)


def roster_in_force(home: Path | None = None, *, clock: Clock | None = None) -> Roster:
    """The roster of this house, verified now; one that names nobody where there is none.

    Raises ConfigurationRefused (a Refused) for one that is altered, expired or signed by too few.
    """
    folder = ConfigurationFolder(settings.home() if home is None else home)
    if not (folder.folder / ROSTER.name).exists():
        return Roster()
    return folder.read(ROSTER, clock or SystemClock()).value


def render_roster(people: Mapping[str, Line], *, number: int, now: datetime) -> str:
    """The text of a roster with these lines, valid for a year from today; ``parse_roster`` reads it."""
    return "".join((_head(number, now), *_lines(people)))


def sample_text(name: str, *, now: datetime) -> str:
    """The text of a shipped sample. Raises ValueError for an unknown name."""
    if name not in SAMPLES:
        raise ValueError(f"a sample is one of: {', '.join(SAMPLES)}")
    people = {
        _PREFIX + "a" * 32: Line(name="Ada Lovelace", roles=frozenset({"senior_analyst"}), renewal=2),
        _PREFIX + "b" * 32: Line(name="Mary Somerville", roles=frozenset({"list_approver"}), renewal=2),
    }
    return render_roster(people, number=1, now=now)


def _line(untrusted: Table, public_id: str) -> Line:
    if not (public_id.startswith(_PREFIX) and is_id(public_id)):
        raise ValueError(f"{untrusted.place}: an account's id is {_PREFIX} and 32 letters and digits")
    line = Line(
        name=untrusted.text("name"),
        roles=frozenset(untrusted.texts("roles", ROLES)),
        renewal=untrusted.number("renewal", 1, _RENEWAL_MAX),
    )
    untrusted.finish()
    if exclusion(line.roles) is not None:
        raise ValueError(f"{untrusted.place}.roles: nobody may hold these together")
    return line


def _head(number: int, now: datetime) -> str:
    return (
        "# Who works here, as the signers know them. Before you sign: each person reads you, from their own\n"
        "# page on the desk, the id and the renewal that stand here. Manual: explanation/vouching.md.\n"
        f'schema = "{ROSTER.schema}/{ROSTER.version}"\n'
        f"number = {number}\n"
        f"valid_from = {now:%Y-%m-%d}\n"
        f"expires = {now + ROSTER_VALID:%Y-%m-%d}\n\n[people]\n"
    )


def _lines(people: Mapping[str, Line]) -> Iterable[str]:
    for public_id, line in people.items():
        roles = ", ".join(f'"{role}"' for role in ROLES if role in line.roles)
        yield (
            f"\n[people.{public_id}]\nname = {json.dumps(line.name, ensure_ascii=False)}\n"
            f"roles = [{roles}]\nrenewal = {line.renewal}\n"
        )
