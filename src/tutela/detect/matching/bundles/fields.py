"""Canonical JSON, and fields of an untrusted object read from it. Everything wrong is a ValueError.

One value has one text: keys sorted, no blanks, ASCII. What was not written so is refused, so that nothing
can be said twice, or in two ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one text of this object. Raises ValueError for numbers that JSON does not have."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def parse_canonical(untrusted_text: bytes) -> Fields:
    """The fields of an object in its canonical text. Raises ValueError."""
    try:
        fields = Fields(json.loads(untrusted_text), "the header")
        if canonical(fields.untrusted) != untrusted_text:
            raise ValueError("the header is not written canonically")
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("the header is not JSON") from error
    return fields


class Fields:
    """An untrusted object whose fields are taken one by one; ``finish`` refuses what nobody took."""

    def __init__(self, untrusted: object, what: str) -> None:
        if not isinstance(untrusted, dict):
            raise ValueError(f"{what} is not an object")
        self.untrusted: dict[str, Any] = untrusted
        self._what = what
        self._left = set(untrusted)

    def take(self, name: str) -> Any:
        """The value of a field, whatever it is."""
        if name not in self.untrusted:
            raise ValueError(f"{self._what} lacks {name}")
        self._left.discard(name)
        return self.untrusted[name]

    def text(self, name: str) -> str:
        """A text."""
        value = self.take(name)
        if not isinstance(value, str):
            raise ValueError(f"{self._what}: {name} is not a text")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise ValueError(f"{self._what}: {name} is neither true nor false")
        return value

    def number(self, name: str, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self.take(name)
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"{self._what}: {name} is not a whole number from {low} to {high}")
        return value

    def raw(self, name: str, size: int) -> bytes:
        """Bytes behind ``size`` pairs of hexadecimal digits."""
        value = self.text(name)
        if len(value) != 2 * size or not _HEX.fullmatch(value):
            raise ValueError(f"{self._what}: {name} is not {size} bytes in hexadecimal digits")
        return bytes.fromhex(value)

    def moment(self, name: str) -> datetime:
        """A moment in whole seconds, written in UTC with ``Z``."""
        found = _MOMENT.fullmatch(self.text(name))
        try:
            # Not strptime: it is loaded at its first use, which a sealed process may not do.
            year, month, day, hour, minute, second = map(int, found.groups() if found else ())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError as error:
            raise ValueError(f"{self._what}: {name} is no moment such as 2026-01-02T03:04:05Z") from error

    def rows(self, name: str, most: int) -> list[Any]:
        """A list of at most ``most`` values."""
        value = self.take(name)
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(f"{self._what}: {name} is not a list of at most {most}")
        return value

    def finish(self) -> None:
        """Return where every field was taken."""
        if self._left:
            raise ValueError(f"{self._what} has a field that this release does not know")
