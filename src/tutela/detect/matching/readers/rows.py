"""From named texts to entries: what CSV and JSON lines have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from tutela.detect.matching.entry_ids import checked_foreign_id, keyed_id
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.readers.values import UnusableError, parse_kind, parse_value
from tutela.detect.matching.shapes import ListEntry
from tutela.kernel.taxonomy import check_legal_class

#: Columns of a list (decisions.md section 8); the last two are tutela's own marks.
COLUMNS = (
    "kind",
    "value",
    "entry",
    "source",
    "law",
    "class",
    "scheme",
    "category",
    "quality",
    "valid_from",
    "valid_to",
    "note",
    "derived",
    "disputed",
)
#: Columns that say something about an entry, as opposed to being its value.
FIELDS = COLUMNS[2:]
#: Longest text of one column, in characters.
TEXT_MAX = 10_000
_DERIVED = re.compile(r"c[1-9][0-9]?")
_TRUTHS = {"": False, "false": False, "0": False, "true": True, "1": True}


class RowMaker:
    """Makes entries of rows. One row may hold several values (MD5, SHA-1, PDQ ...): they share an id."""

    def __init__(self, options: ReadOptions, tally: Tally) -> None:
        self._options, self._tally = options, tally

    def entries(self, untrusted: Mapping[str, str], values: Iterable[tuple[str, str]]) -> list[ListEntry]:
        """The entries of one row: fields by name, and (kind, text) of each value.

        Raises ValueError with the column that is wrong.
        """
        parsed = [pair for pair in (self._value(kind, text) for kind, text in values) if pair[1]]
        for name, text in untrusted.items():
            if len(text) > TEXT_MAX:
                raise ValueError(f"{name} is longer than {TEXT_MAX} characters")
        entry = untrusted.get("entry", "")
        name = checked_foreign_id(entry) if entry else self._own_id(parsed)
        quality, derived = parse_quality(untrusted.get("quality", "")), untrusted.get("derived", "")
        if derived and not _DERIVED.fullmatch(derived):
            raise ValueError("derived is empty or a crop such as c10")
        return [
            ListEntry(
                entry=name,
                kind=kind,
                value=value,
                source=untrusted.get("source", ""),
                law=untrusted.get("law", ""),
                legal_class=check_legal_class(untrusted.get("class", "")),
                scheme=untrusted.get("scheme", ""),
                category=untrusted.get("category", ""),
                quality=quality if kind == "pdq" else None,
                valid_from=parse_moment(untrusted.get("valid_from", "")),
                valid_to=parse_moment(untrusted.get("valid_to", ""), end=True),
                note=untrusted.get("note", ""),
                derived=derived,
                disputed=_truth(untrusted.get("disputed", "")),
            )
            for kind, value in parsed
        ]

    def _value(self, untrusted_kind: str, untrusted_text: str) -> tuple[str, bytes]:
        """Kind and value; no bytes for a value that says nothing, which is counted."""
        kind = parse_kind(untrusted_kind)
        try:
            return kind, parse_value(kind, untrusted_text, self._options)
        except UnusableError as reason:
            self._tally.add(str(reason))
            return kind, b""

    def _own_id(self, parsed: Iterable[tuple[str, bytes]]) -> str:
        parts = (part for kind, value in parsed for part in (kind.encode(), value))
        return keyed_id(self._options.salt, parts)


def parse_quality(untrusted_text: str) -> int | None:
    """0 to 100, or None for "not said". Raises ValueError."""
    text = untrusted_text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:4]) <= 100 and len(text) <= 3):
        raise ValueError("quality is a whole number from 0 to 100")
    return int(text)


@lru_cache(maxsize=1024)
def parse_moment(untrusted_text: str, *, end: bool = False) -> datetime | None:
    """An aware UTC time of ISO 8601, or None for "not said". Raises ValueError.

    A day alone is its first moment in UTC, with ``end`` the first moment after it.
    """
    text = untrusted_text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("dates are ISO 8601, for example 2026-01-31 or 2026-01-31T12:00:00Z") from error
    if len(text) <= len("2026-01-31"):
        return moment.replace(tzinfo=UTC) + timedelta(days=1 if end else 0)
    if moment.tzinfo is None:
        raise ValueError("a time of day needs a time zone, for example Z")
    return moment.astimezone(UTC)


def _truth(untrusted_text: str) -> bool:
    try:
        return _TRUTHS[untrusted_text.strip().lower()]
    except KeyError as error:
        raise ValueError("disputed is true or false") from error
