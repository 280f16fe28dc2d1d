"""JSON from outside, read without mercy: each field once, of one type, within bounds, nothing unknown.

Every function names the field that is wrong and what would be right, and never repeats a value: what is
sent here are list values, which must not come back in an answer or in somebody's log of answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from tutela.kernel.errors import Invalid

#: RFC 3339 section 5.6, of which ``fromisoformat`` alone would take much more.
MOMENT_PATTERN = r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)$"
_MOMENT = re.compile(MOMENT_PATTERN, re.ASCII)
#: Names that may be repeated in an error: too short, and of too few signs, to be a hash or an address.
_NAMEABLE = re.compile(r"[A-Za-z_]{1,24}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """The fields of one JSON object, and where it stands (``entries[3].values[0]``, or "" at the top)."""

    place: str
    untrusted: Mapping[str, Any]

    def at(self, name: str) -> str:
        """The path of a field, as errors name it."""
        return f"{self.place}.{name}" if self.place else name

    def wrong(self, name: str, what: str) -> NoReturn:
        """Raises Invalid for the field ``name``; ``what`` says what would be right."""
        raise Invalid(what, field=self.at(name))

    def text(self, name: str, *, characters_max: int, needed: bool = False) -> str:
        """A printable text of one line, or "" when it is not there. Raises Invalid."""
        value = self.untrusted.get(name, "")
        if not isinstance(value, str) or len(value) > characters_max or not value.isprintable():
            self.wrong(name, f"a text of one line, at most {characters_max} characters")
        if needed and not value.strip():
            self.wrong(name, "is needed")
        return value

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        """A whole number within bounds, or None when it is not there. Raises Invalid."""
        value = self.untrusted.get(name)
        if name in self.untrusted and (type(value) is not int or not lowest <= value <= highest):
            self.wrong(name, f"a whole number from {lowest} to {highest}")
        return value

    def percent(self, name: str) -> float | None:
        """A number from 0 to 100, or None when it is not there. Raises Invalid."""
        value = self.untrusted.get(name)
        if name in self.untrusted and (type(value) not in (int, float) or not 0 <= (value or 0) <= 100):
            self.wrong(name, "a number from 0 to 100")
        return None if value is None else float(value)

    def flag(self, name: str) -> bool:
        """True or false; false when it is not there. Raises Invalid."""
        value = self.untrusted.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, "true or false")
        return value

    def moment(self, name: str) -> datetime | None:
        """An aware time in UTC, or None when it is not there or null. Raises Invalid."""
        value = self.untrusted.get(name)
        if value is None:
            return None
        try:
            return parse_moment(value)
        except ValueError:
            self.wrong(name, "a date and time with a zone, such as 2027-01-31T12:00:00Z")

    def items(self, name: str, *, count_max: int) -> list[Any]:
        """A list of 1 to ``count_max`` things. Raises Invalid."""
        value = self.untrusted.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= count_max:
            self.wrong(name, f"a list of 1 to {count_max}")
        return value


def parse_moment(untrusted: object) -> datetime:
    """The aware UTC time of an RFC 3339 text. Raises ValueError."""
    if not isinstance(untrusted, str) or not _MOMENT.fullmatch(untrusted):
        raise ValueError("not a time of RFC 3339")
    try:
        return datetime.fromisoformat(untrusted.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time outside the calendar") from error


def load_object(untrusted_body: bytes) -> Fields:
    """The fields of a body that is one JSON object (RFC 8259, UTF-8). Raises Invalid.

    A field that is there twice is refused, since two readers would see two different bodies.
    """
    try:
        value = json.loads(
            untrusted_body.decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise Invalid("one JSON object in UTF-8, each field once, is expected", field="body") from error
    return as_object(value, "", field="body")


def as_object(untrusted: object, place: str, *, field: str = "") -> Fields:
    """The fields of a value that stands at ``place``. Raises Invalid when it is no JSON object."""
    if not isinstance(untrusted, dict):
        raise Invalid("a JSON object is expected", field=field or place)
    return Fields(place=place, untrusted=untrusted)


def check_known(fields: Fields, known: Collection[str]) -> None:
    """Returns when every field is among ``known``; raises Invalid naming the first that is not."""
    for name in fields.untrusted:
        if name not in known:
            shown = name if _NAMEABLE.fullmatch(name) else "(name not shown)"
            fields.wrong(shown, f"is not known here; known are {', '.join(known)}")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is there twice")
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
