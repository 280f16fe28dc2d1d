"""Columns of a large house's rows: what is made from a row's number, and how many rows there are.

Columns are read from the models: one that nobody names here gets its default, so that a new column that has
one changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from django.db import models

from tutela.kernel.ids import ALPHABET

#: Days over which everything came in.
DAYS = 730
#: Moments in these days; rows that came in one of them have one time.
MOMENTS = 100_000
#: base32 of RFC 4648 as ids write it.
_BASE32 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())

#: The value of a column: one for all, or made from the row's number, counted from 0.
Rule = object | Callable[[int], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How large the house is: reports, and with them everything else."""

    reports: int
    now: datetime

    @property
    def sightings(self) -> int:
        """Places: three for two reports."""
        return self.reports * 3 // 2

    @property
    def notices(self) -> int:
        """Notices: four for each place, to one after the other who could remove it."""
        return 4 * self.sightings

    @property
    def watched(self) -> int:
        """Places that are looked at again at present."""
        return self.reports // 4

    def moment(self, share: float) -> str:
        """The time at this share of the two years, as both databases read it, UTC."""
        return _moments(self.now)[min(MOMENTS - 1, int(share * MOMENTS))]

    def soon(self, share: float) -> str:
        """A time within the next day."""
        return f"{self.now + timedelta(days=share):%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filling:
    """Rows of one table: how many, and the rules of its columns by their names in the model."""

    model: type[models.Model]
    count: int
    rules: Mapping[str, Rule]

    @property
    def columns(self) -> list[str]:
        """Names of the columns in the database."""
        return [str(one.column) for one in self.model._meta.concrete_fields]

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Every row. Raises LookupError for a rule of no column, ValueError for a column that needs one."""
        own = self.model._meta.concrete_fields
        unknown = set(self.rules) - {one.name for one in own}
        if unknown:
            raise LookupError(f"{self.model.__name__} has no column {', '.join(sorted(unknown))}")
        makers = [_maker(one, self.rules) for one in own]
        return (tuple(make(number) for make in makers) for number in range(self.count))


def _maker(column: models.Field[Any, Any], rules: Mapping[str, Rule]) -> Callable[[int], object]:
    rule = rules.get(column.name, _default(column) if column.name not in rules else None)
    if callable(rule):
        return rule
    return lambda _: rule


def _default(column: models.Field[Any, Any]) -> Rule:
    if column.primary_key:
        return lambda number: number + 1
    if column.null:
        return None
    found = column.get_default()
    if found is None:
        raise ValueError(f"{column.model.__name__}.{column.name} has no default: it needs a rule")
    return json.dumps(found) if isinstance(column, models.JSONField) else found


def an_id(prefix: str) -> Callable[[int], str]:
    """Makes the id of a row: what ``kernel.ids`` would give, but the same in every run."""
    return lambda number: prefix + letters(f"{prefix}{number}".encode())


def letters(seed: bytes) -> str:
    return base64.b32encode(hashlib.blake2b(seed, digest_size=20).digest()).translate(_BASE32).decode("ascii")


def a_digest(word: str) -> Callable[[int], str]:
    """Makes 64 hexadecimal characters."""
    return lambda number: hashlib.blake2b(f"{word}{number}".encode(), digest_size=32).hexdigest()


def one_of(words: tuple[object, ...]) -> Callable[[int], object]:
    """Makes one of the words after the other."""
    return lambda number: words[number % len(words)]


@cache
def _moments(now: datetime) -> list[str]:
    begin, step = now - timedelta(days=DAYS), timedelta(days=DAYS) / MOMENTS
    return [f"{begin + step * number:%Y-%m-%d %H:%M:%S.%f}" for number in range(MOMENTS)]


@cache
def _pool() -> bytes:
    return Random(31).randbytes(1 << 20)


def sealed(size_bytes: int) -> Callable[[int], bytes]:
    """Makes so many bytes that no program makes shorter, as sealed ones are."""
    pool = _pool()
    return lambda number: pool[(at := number * 8_191 % (len(pool) - size_bytes)) : at + size_bytes]


def skewed(number: int, count: int) -> int:
    """A number below ``count``; the low ones come often."""
    share = (number * 2_654_435_761 % (1 << 32)) / (1 << 32)
    return int(share * share * count)
