"""What each release spent of the privacy of a group of people, in one SQLite file of its own.

A release is charged before its noise is drawn: a kill between the two wastes budget and never gives any away.
The same release is never charged, and so never drawn, twice: two draws would be averaged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from tutela.kernel.errors import Conflict, Refused, Unavailable

#: Seconds that another process may hold the ledger.
_WAIT_SECONDS = 10.0
_TABLE = """CREATE TABLE IF NOT EXISTS charges (
    number INTEGER PRIMARY KEY, people TEXT NOT NULL, release TEXT NOT NULL, what TEXT NOT NULL,
    epsilon TEXT NOT NULL, day TEXT NOT NULL, UNIQUE (people, release, what)) STRICT"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """What one published total cost the group ``people``."""

    people: str
    release: str
    what: str
    epsilon: Fraction
    day: date


class Ledger:
    """The ledger in the file at ``path``, made where there is none. Raises Unavailable."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def charge(
        self, people: str, release: str, costs: Mapping[str, Fraction], *, total: Fraction, day: date
    ) -> Fraction:
        """What the group has spent now. ``costs``: epsilon by the name of each published total.

        Raises Conflict where this release was charged before, Refused where the total would be passed;
        nothing is charged then.
        """
        rows = [(people, release, what, str(cost), day.isoformat()) for what, cost in costs.items()]
        with self._opened() as database:
            spent = sum((one.epsilon for one in _charges(database, people)), Fraction(0))
            if any(one.release == release for one in _charges(database, people)):
                raise Conflict(
                    f"{release} was published before: give its file out again, noise is drawn once"
                )
            spent += sum(costs.values(), Fraction(0))
            if spent > total:
                raise Refused(f"{release} would bring what is spent to {spent}; the total is {total}")
            database.executemany(
                "INSERT INTO charges (people, release, what, epsilon, day) VALUES (?, ?, ?, ?, ?)", rows
            )
        return spent

    def charges(self, people: str) -> tuple[Charge, ...]:
        """Everything charged to a group, in order."""
        with self._opened() as database:
            return _charges(database, people)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction of its own: what one reads, nobody changes before it writes."""
        try:
            database = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
        except sqlite3.Error as error:
            raise Unavailable("the ledger of the privacy budget cannot be opened") from error
        try:
            database.execute("PRAGMA synchronous = FULL")
            database.execute("BEGIN IMMEDIATE")
            database.execute(_TABLE)
            yield database
            database.execute("COMMIT")
        except sqlite3.Error as error:
            raise Unavailable("the ledger of the privacy budget cannot be used: is the disk full?") from error
        finally:
            database.close()


def _charges(database: sqlite3.Connection, people: str) -> tuple[Charge, ...]:
    query = "SELECT release, what, epsilon, day FROM charges WHERE people = ? ORDER BY number"
    return tuple(
        Charge(
            people=people,
            release=row[0],
            what=row[1],
            epsilon=Fraction(row[2]),
            day=date.fromisoformat(row[3]),
        )
        for row in database.execute(query, (people,))
    )
