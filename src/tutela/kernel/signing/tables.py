"""Strict reading of a TOML table: every key is asked for by name, and what nobody asked for is an error.

ValueError names the place: ``grants.view.law: ...``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import UTC, date, datetime, time

#: Most characters of a text in signed configuration (our own: a law's name and article fit ten times).
TEXT_CHARACTERS_MAX = 2_000


class Table:
    """One table of a TOML text; ``place`` is its dotted name, empty for the whole."""

    def __init__(self, untrusted: object, place: str = "") -> None:
        self.place = place
        if not isinstance(untrusted, dict):
            raise ValueError(f"{place}: this is a table")
        self._untrusted = untrusted
        self._asked: set[str] = set()

    @classmethod
    def read(cls, untrusted_text: str) -> Table:
        """The table of a TOML text. Raises ValueError with the line."""
        try:
            return cls(tomllib.loads(untrusted_text))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"this is no TOML: {error}") from error

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        return name in self._untrusted

    def names(self) -> tuple[str, ...]:
        """All keys, in the order of the text."""
        return tuple(self._untrusted)

    def text(self, name: str, words: Collection[str] = (), *, default: str | None = None) -> str:
        """A text that is not empty; one of ``words`` where these are given."""
        value = self._take(name, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self._wrong(name, "this is a text")
        if len(value) > TEXT_CHARACTERS_MAX:
            raise self._wrong(name, f"a text has at most {TEXT_CHARACTERS_MAX} characters")
        if words and value not in words:
            raise self._wrong(name, f"one of: {', '.join(sorted(words))}")
        return value

    def texts(self, name: str, words: Collection[str] = ()) -> tuple[str, ...]:
        """A list of texts, each only once; of ``words`` where these are given."""
        values = self._take(name, None)
        if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
            raise self._wrong(name, "this is a list of texts")
        if len(set(values)) != len(values):
            raise self._wrong(name, "each only once")
        if words and not set(values) <= set(words):
            raise self._wrong(name, f"any of: {', '.join(sorted(words))}")
        return tuple(values)

    def number(self, name: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number, ``low`` and ``high`` included."""
        value = self._take(name, default)
        if type(value) is not int or not low <= value <= high:
            raise self._wrong(name, f"a whole number from {low} to {high}")
        return value

    def decimal(self, name: str, low: float, high: float) -> float:
        """A number with or without a fraction, ``low`` and ``high`` included."""
        return self._in_range(name, self._take(name, None), low, high)

    def decimals(self, name: str, count: int, low: float, high: float) -> tuple[float, ...]:
        """A list of so many numbers, each as ``decimal``."""
        values = self._take(name, None)
        if not isinstance(values, list) or len(values) != count:
            raise self._wrong(name, f"a list of {count} numbers")
        return tuple(self._in_range(name, value, low, high) for value in values)

    def _in_range(self, name: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self._wrong(name, f"a number from {low} to {high}")
        return float(value)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """``true`` or ``false``."""
        value = self._take(name, default)
        if type(value) is not bool:
            raise self._wrong(name, "true or false")
        return value

    def moment(self, name: str) -> datetime:
        """A time with its zone, or a day, which begins at midnight UTC."""
        value = self._take(name, None)
        if type(value) is date:
            return datetime.combine(value, time(), UTC)
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self._wrong(name, "a day (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z)")
        return value.astimezone(UTC)

    def table(self, name: str) -> Table:
        """The table below this key."""
        return Table(self._take(name, None), self._named(name))

    def finish(self) -> None:
        """Return where every key was asked for. Raises ValueError naming one that nobody knows."""
        unknown = sorted(str(name) for name in self._untrusted.keys() - self._asked)
        if unknown:
            raise self._wrong(unknown[0], "nobody knows this key")

    def _take(self, name: str, default: object) -> object:
        self._asked.add(name)
        value = self._untrusted.get(name, default)
        if value is None:
            raise self._wrong(name, "this is missing")
        return value

    def _named(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def _wrong(self, name: str, what: str) -> ValueError:
        return ValueError(f"{self._named(name)}: {what}")
