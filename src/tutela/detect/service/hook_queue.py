"""The durable queue of web-hooks: SQLite (WAL, ``synchronous=FULL``), one row for each message and endpoint.

Any process of the service appends; a row is on disk when ``append`` returns. A row that is being delivered
is leased: when its process dies the lease runs out and the row is delivered again under the same id, so
delivery is at least once. Rows that were given up stay as dead letters and can be driven again. What was
delivered is deleted (``secure_delete``).
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tutela.detect.service.hook_tables import as_unavailable, open_tables
from tutela.detect.service.transactions import transaction

#: Waiting rows of one endpoint; further ones are refused visibly. Our own: 20 kB x 10,000 = 200 MB at most.
WAITING_MAX = 10_000
#: Dead letters of one endpoint; the oldest beyond are dropped and counted. Our own, as above.
DEAD_MAX = 10_000
#: Seconds for which a claimed row belongs to its process: five times the limit of one exchange.
LEASE_SECONDS = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One message for one endpoint. ``message`` is the stable id by which a receiver knows a repeat."""

    message: str
    endpoint: str
    body: bytes = field(repr=False)
    made_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A letter that this process may deliver until its lease ends. ``attempts`` counts this one too."""

    letter: Letter
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """A letter that was given up: after how many attempts, and the word for the last outcome."""

    message: str
    endpoint: str
    made_seconds: float
    attempts: int
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointState:
    """How one endpoint stands: counts of letters, and whether it is disabled or held back.

    ``refused`` were not taken because the queue was full, ``dropped`` are dead letters beyond the bound.
    ``oldest_seconds`` is when the oldest waiting letter was made, 0 without one.
    """

    name: str
    disabled: bool = False
    held_until_seconds: float = 0.0
    waiting: int = 0
    dead: int = 0
    refused: int = 0
    dropped: int = 0
    delivered: int = 0
    oldest_seconds: float = 0.0


class HookQueue:
    """See the module. Threads and processes may share the file; after a fork open it anew.

    ``path`` None keeps the queue in memory. Raises Invalid for another file, Unavailable when it cannot
    be opened.
    """

    def __init__(
        self, path: Path | None, *, waiting_max: int = WAITING_MAX, dead_max: int = DEAD_MAX
    ) -> None:
        self._waiting_max, self._dead_max = waiting_max, dead_max
        self._lock = threading.Lock()
        self._database = open_tables(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, letters: Iterable[Letter]) -> tuple[str, ...]:
        """The endpoints whose letter was not taken because theirs are too many or they are disabled.

        All others are on disk. Raises Unavailable when nothing could be kept.
        """
        refused = []
        with self._writing() as database:
            for letter in letters:
                if not self._taken(database, letter):
                    refused.append(letter.endpoint)
        return tuple(refused)

    def _taken(self, database: sqlite3.Connection, letter: Letter) -> bool:
        disabled, _ = _standing(database, letter.endpoint)
        if disabled or _waiting(database, letter.endpoint) >= self._waiting_max:
            _count(database, letter.endpoint, "refused")
            return False
        database.execute(
            "INSERT INTO letters (message, endpoint, body, made, due) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (letter.message, letter.endpoint, letter.body, letter.made_seconds, letter.made_seconds),
        )
        return True

    def claim(
        self, endpoint: str, now_seconds: float, *, lease_seconds: float = LEASE_SECONDS
    ) -> list[Claimed]:
        """At most one letter of this endpoint that is due, leased to the caller. Raises Unavailable."""
        with self._writing() as database:
            disabled, held_until_seconds = _standing(database, endpoint)
            if disabled or held_until_seconds > now_seconds:
                return []
            rows = database.execute(
                "UPDATE letters SET attempts = attempts + 1, leased_until = ? WHERE number = ("
                " SELECT number FROM letters WHERE endpoint = ? AND dead = 0 AND due <= ?"
                " AND leased_until <= ? ORDER BY due, number LIMIT 1)"
                " RETURNING message, body, made, attempts",
                (now_seconds + lease_seconds, endpoint, now_seconds, now_seconds),
            ).fetchall()
        return [
            Claimed(
                letter=Letter(message=message, endpoint=endpoint, body=body, made_seconds=made),
                attempts=attempts,
            )
            for message, body, made, attempts in rows
        ]

    def delivered(self, claimed: Claimed) -> None:
        """Deletes the letter. Nothing happens when somebody else has claimed it since."""
        with self._writing() as database:
            gone = database.execute(
                "DELETE FROM letters WHERE message = ? AND endpoint = ? AND attempts = ? AND dead = 0",
                _ours(claimed),
            ).rowcount
            if gone:
                _count(database, claimed.letter.endpoint, "delivered")

    def later(
        self, claimed: Claimed, due_seconds: float, outcome: str, *, held_until_seconds: float = 0.0
    ) -> None:
        """Puts the letter back until ``due_seconds``, and holds back its whole endpoint if asked to."""
        with self._writing() as database:
            database.execute(
                "UPDATE letters SET due = ?, outcome = ?, leased_until = 0"
                " WHERE message = ? AND endpoint = ? AND attempts = ? AND dead = 0",
                (due_seconds, outcome, *_ours(claimed)),
            )
            database.execute(
                "INSERT INTO endpoints (name, held_until) VALUES (?, ?) ON CONFLICT (name)"
                " DO UPDATE SET held_until = max(held_until, excluded.held_until)",
                (claimed.letter.endpoint, held_until_seconds),
            )

    def bury(self, claimed: Claimed, outcome: str) -> None:
        """Makes the letter a dead one. The oldest dead letters beyond the bound are dropped and counted."""
        with self._writing() as database:
            database.execute(
                "UPDATE letters SET dead = 1, outcome = ?, leased_until = 0"
                " WHERE message = ? AND endpoint = ? AND attempts = ? AND dead = 0",
                (outcome, *_ours(claimed)),
            )
            self._drop_oldest(database, claimed.letter.endpoint)

    def disable(self, endpoint: str, outcome: str) -> None:
        """Sends this endpoint nothing more: what waits for it becomes dead letters."""
        with self._writing() as database:
            _mark(database, endpoint, disabled=True)
            database.execute(
                "UPDATE letters SET dead = 1, outcome = ?, leased_until = 0 WHERE endpoint = ? AND dead = 0",
                (outcome, endpoint),
            )
            self._drop_oldest(database, endpoint)

    def enable(self, endpoint: str) -> None:
        """Takes up delivery to this endpoint again; its dead letters stay until they are driven again."""
        with self._writing() as database:
            _mark(database, endpoint, disabled=False)

    def dead_letters(self, endpoint: str, *, limit: int = 100) -> list[DeadLetter]:
        """The oldest dead letters of an endpoint, without their bodies."""
        rows = self._ask(
            "SELECT message, made, attempts, outcome FROM letters WHERE endpoint = ? AND dead = 1"
            " ORDER BY number LIMIT ?",
            (endpoint, limit),
        )
        return [
            DeadLetter(
                message=message, endpoint=endpoint, made_seconds=made, attempts=attempts, outcome=outcome
            )
            for message, made, attempts, outcome in rows
        ]

    def redrive(self, endpoint: str, now_seconds: float, *, messages: Sequence[str] = ()) -> int:
        """How many dead letters of this endpoint (these, or all) wait again, under their old ids."""
        with self._writing() as database:
            return database.execute(
                "UPDATE letters SET dead = 0, attempts = 0, due = ?1, outcome = ''"
                " WHERE endpoint = ?2 AND dead = 1 "
                " AND (?3 = '[]' OR message IN (SELECT value FROM json_each(?3)))",
                (now_seconds, endpoint, json.dumps(list(messages))),
            ).rowcount

    def states(self) -> list[EndpointState]:
        """Every endpoint that the queue has heard of, by name."""
        names = self._ask("SELECT name FROM endpoints UNION SELECT endpoint FROM letters ORDER BY 1")
        with as_unavailable(), self._lock:
            return [_state(self._database, name) for (name,) in names]

    def mark(self, name: str) -> int:
        """A number that was kept beside the letters, -1 when there is none."""
        rows = self._ask("SELECT value FROM meta WHERE name = ?", (f"mark {name}",))
        return int(rows[0][0]) if rows else -1

    def set_mark(self, name: str, number: int) -> None:
        """Keeps a number, from 0, beside the letters."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"mark {name}", str(number)))

    def first_mark(self, name: str, number: int) -> int:
        """The number that is kept beside the letters: ``number``, unless somebody kept one before."""
        with self._writing() as database:
            database.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (f"mark {name}", str(number)))
        return self.mark(name)

    def close(self) -> None:
        """Closes the connection; what was taken is on disk already."""
        with self._lock:
            self._database.close()

    def _drop_oldest(self, database: sqlite3.Connection, endpoint: str) -> None:
        dropped = database.execute(
            "DELETE FROM letters WHERE number IN (SELECT number FROM letters WHERE endpoint = ? AND dead = 1"
            " ORDER BY number DESC LIMIT -1 OFFSET ?)",
            (endpoint, self._dead_max),
        ).rowcount
        _count(database, endpoint, "dropped", dropped)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that is on disk at the end, or not at all. Raises Unavailable."""
        with as_unavailable(), self._lock, transaction(self._database) as database:
            yield database

    def _ask(self, question: str, values: tuple[object, ...] = ()) -> list[Any]:
        with as_unavailable(), self._lock:
            return self._database.execute(question, values).fetchall()


def _ours(claimed: Claimed) -> tuple[str, str, int]:
    """A claimed letter is ours as long as nobody claimed it after us: each claim counts one attempt more."""
    return (claimed.letter.message, claimed.letter.endpoint, claimed.attempts)


def _standing(database: sqlite3.Connection, endpoint: str) -> tuple[bool, float]:
    """Whether the endpoint is disabled, and until when (seconds since 1970) it is held back."""
    row = database.execute(
        "SELECT disabled, held_until FROM endpoints WHERE name = ?", (endpoint,)
    ).fetchone() or (0, 0.0)
    return bool(row[0]), float(row[1])


def _waiting(database: sqlite3.Connection, endpoint: str) -> int:
    """How many letters wait for the endpoint, read from the index alone."""
    counted = database.execute("SELECT count(*) FROM letters WHERE endpoint = ? AND dead = 0", (endpoint,))
    return int(counted.fetchone()[0])


def _state(database: sqlite3.Connection, endpoint: str) -> EndpointState:
    row = database.execute(
        "SELECT disabled, held_until, refused, dropped, delivered FROM endpoints WHERE name = ?", (endpoint,)
    ).fetchone()
    disabled, held, refused, dropped, delivered = row or (0, 0.0, 0, 0, 0)
    counts = database.execute(
        "SELECT count(*) FILTER (WHERE NOT dead), count(*) FILTER (WHERE dead),"
        " min(made) FILTER (WHERE NOT dead) FROM letters WHERE endpoint = ?",
        (endpoint,),
    ).fetchone()
    return EndpointState(
        name=endpoint,
        disabled=bool(disabled),
        held_until_seconds=held,
        waiting=counts[0],
        dead=counts[1],
        refused=refused,
        dropped=dropped,
        delivered=delivered,
        oldest_seconds=counts[2] or 0.0,
    )


def _count(database: sqlite3.Connection, endpoint: str, column: str, amount: int = 1) -> None:
    database.execute("INSERT INTO endpoints (name) VALUES (?) ON CONFLICT DO NOTHING", (endpoint,))
    database.execute(
        f"UPDATE endpoints SET {column} = {column} + ? WHERE name = ?",  # noqa: S608 - our own column names
        (amount, endpoint),
    )


def _mark(database: sqlite3.Connection, endpoint: str, *, disabled: bool) -> None:
    database.execute(
        "INSERT INTO endpoints (name, disabled) VALUES (?, ?) ON CONFLICT (name)"
        " DO UPDATE SET disabled = excluded.disabled, held_until = 0",
        (endpoint, disabled),
    )
