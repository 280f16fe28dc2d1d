"""What the directory says of one place of help, and how it is read from the data file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

#: What somebody finds there, in the order in which it is shown: crisis first.
Kind = Literal["emergency", "police", "children", "missing", "at_risk", "removal", "report", "worried"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: What is to be said besides.
Note = Literal["from_a_mobile", "in_parts", "ask_if_it_works", "weekdays", "no_complaint", "pictures_only"]
NOTES: tuple[Note, ...] = get_args(Note)
#: How sure the fact is: read on the body's own page, named on a public page, from memory.
Grade = Literal["A", "B", "C"]
#: Grades that a release may show (standards 14.4: what is from memory is left out until somebody checked it).
SHOWN: frozenset[str] = frozenset({"A", "B"})
#: Stands for every country.
EVERYWHERE = "*"

_ID = re.compile(r"[a-z0-9-]{2,40}")
_PLACE = re.compile(r"[A-Z]{2}|\*")
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{1,22}")
_WEB = re.compile(r"https://[a-z0-9.-]+/[A-Za-z0-9./_-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """One place of help. ``places`` are ISO 3166-1 countries or ``*``; ``region`` (ISO 3166-2) narrows it.

    ``name`` is empty where the number is the name. ``checked_on`` is the day somebody read it on the body's
    own page, and None where nobody has.
    """

    id: str
    kind: Kind
    places: tuple[str, ...]
    name: str
    phones: tuple[str, ...]
    web: str
    grade: Grade
    source: str
    region: str = ""
    notes: tuple[Note, ...] = ()
    checked_on: date | None = None

    @property
    def shown(self) -> bool:
        """Whether a page may show it."""
        return self.grade in SHOWN


def parse_contact(untrusted: Mapping[str, Any]) -> Contact:
    """The contact of a table of the data file. Raises ValueError naming what is wrong."""
    unknown = set(untrusted) - set(Contact.__dataclass_fields__)
    if unknown:
        raise ValueError(f"a contact has no {', '.join(sorted(unknown))}")
    name = str(untrusted.get("id", ""))
    contact = Contact(
        id=_one(_ID, name, "id"),
        kind=_word(KINDS, untrusted.get("kind"), "kind"),
        places=tuple(_one(_PLACE, place, "places") for place in _listed(untrusted, "places")),
        region=_one(_REGION, untrusted["region"], "region") if "region" in untrusted else "",
        name=str(untrusted.get("name", "")),
        phones=tuple(_one(_PHONE, phone, "phones") for phone in _listed(untrusted, "phones")),
        web=_one(_WEB, untrusted["web"], "web") if "web" in untrusted else "",
        notes=tuple(_word(NOTES, note, "notes") for note in _listed(untrusted, "notes")),
        grade=_word(("A", "B", "C"), untrusted.get("grade"), "grade"),
        checked_on=untrusted.get("checked_on"),
        source=str(untrusted.get("source", "")),
    )
    _check_whole(contact)
    return contact


def _check_whole(contact: Contact) -> None:
    """Returns where nothing is missing. Raises ValueError."""
    if not contact.places or not contact.source or not (contact.name or contact.phones):
        raise ValueError(f"{contact.id}: needs places, a source, and a name or a number")
    if (contact.grade == "A") != isinstance(contact.checked_on, date):
        raise ValueError(f"{contact.id}: grade A, and no other, says on which day it was read")


def _listed(untrusted: Mapping[str, Any], field: str) -> list[object]:
    listed = untrusted.get(field, [])
    if not isinstance(listed, list):
        raise ValueError(f"{field}: a list")
    return listed


def _one(pattern: re.Pattern[str], untrusted: object, field: str) -> str:
    if not isinstance(untrusted, str) or not pattern.fullmatch(untrusted):
        raise ValueError(f"{field}: {untrusted!r} is none")
    return untrusted


def _word(known: tuple[Any, ...], untrusted: object, field: str) -> Any:
    if untrusted not in known:
        raise ValueError(f"{field}: one of {', '.join(known)}")
    return untrusted
