"""The change log of several machines: tables in PostgreSQL that every service process appends to.

``append`` counts a row up that stays locked until the change is committed, so that numbers have no gaps and
become visible in their order: who has seen n never sees a smaller one appear. It is on the server's disk
when ``append`` returns. ``postgres_schema`` makes the tables, by another role than the service's.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from itertools import count
from typing import Self

from psycopg import errors

from tutela.detect.service.change_json import parse_change, render_change
from tutela.detect.service.changes import CHANGES_AT_ONCE, Change, Draft, checked_draft
from tutela.detect.service.postgres_link import FIELD, Database, Link
from tutela.detect.service.postgres_schema import (
    AFTER,
    APPEND,
    HEAD,
    PAYLOAD,
    PAYLOAD_BYTES_MAX,
    SCHEMA_VERSION,
    SIZE,
    STATE,
)
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Unavailable
from tutela.kernel.formats import NewerFormatError, check_version

#: Bytes of payload that one question fetches at most, but for a single change: a new replica reads all of a
#: log (our own: some 40,000 entries).
FETCH_BYTES_MAX = 8 << 20


class PostgresChangeLog:
    """See the module. A ``ChangeLog``. Threads may share it; after a fork open it anew.

    Connects when it is first asked, so that a service starts while its log is away.
    """

    def __init__(self, dsn: str, *, clock: Clock | None = None) -> None:
        """Raises Invalid for an address that cannot be right; it is never shown."""
        self._clock = SystemClock() if clock is None else clock
        self._identity = ""
        self._newest: tuple[int, bytes] = (0, b"")
        self._link = Link(dsn, self._check)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @property
    def identity(self) -> str:
        """As of ``ChangeLog``. Raises Unavailable until the log was reached once."""
        if not self._identity:
            self._link.read(HEAD)
        return self._identity

    def prove(self) -> None:
        """Returns when the log is there and fit. Raises Invalid saying what is wrong with it, Unavailable."""
        self._link.prove()

    def append(self, draft: Draft) -> int:
        """The number of the change, durable. Raises Invalid, and Unavailable: mostly nothing is kept then.

        Where the connection was lost while the server was acknowledging it, the error says that it is not
        known; each act may be sent again.
        """
        change = Change(sequence=0, made=self._clock.now(), draft=checked_draft(draft))
        payload = render_change(change)
        if len(payload) > PAYLOAD_BYTES_MAX:
            raise Invalid("the change is too large; send it in several", field="entries")
        return self.append_payload(payload)

    def append_payload(self, payload: str) -> int:
        """As ``append``, for a change that another log holds in this form. Raises Unavailable."""
        number = int(self._link.write(APPEND, (payload,))[0][0])
        self._remember(number, payload)
        return number

    def after(self, sequence: int, limit: int = CHANGES_AT_ONCE) -> list[Change]:
        """Later changes, see ``ChangeLog``; fewer when they are large. Raises Unavailable, and Invalid for a
        damaged log: one that no longer has each of them.
        """
        rows = self._link.read(AFTER, (sequence, limit, FETCH_BYTES_MAX))
        if any(number != wanted for (number, _), wanted in zip(rows, count(sequence + 1), strict=False)):
            raise Invalid("the change log is damaged: a change is missing", field="log")
        if rows:
            self._remember(*rows[-1])
        try:
            return [parse_change(number, payload) for number, payload in rows]
        except NewerFormatError as error:
            raise Invalid(str(error), field="log") from error
        except ValueError as error:
            raise Invalid(f"the change log is damaged: {error}", field="log") from error

    def head(self) -> int:
        """The largest number given out. Raises Unavailable."""
        return int(self._link.read(HEAD)[0][0])

    def size_bytes(self) -> int:
        """Bytes of the table on the server's disk, with its index. Raises Unavailable."""
        return int(self._link.read(SIZE)[0][0])

    def close(self) -> None:
        """Ends the connection; everything acknowledged is on disk already."""
        self._link.close()

    def _remember(self, number: int, payload: str) -> None:
        """Keeps the newest change that was seen, for ``_check``; threads may come in any order."""
        if number > self._newest[0]:
            self._newest = (number, _digest(payload))

    def _check(self, database: Database) -> None:
        """Returns when this log keeps what it acknowledges, and is the one that was opened before, if any.

        A server that took over without the last changes gives out their numbers again: that is noticed too.
        """
        with _as_unprepared():
            row = database.execute(STATE).fetchone() or (None, None, None, None)
        version, identity, fsync, may_alter = row
        try:
            check_version("the change log", version, reads=SCHEMA_VERSION)
        except ValueError as error:
            raise Invalid(str(error), field=FIELD) from error
        if fsync != "on":
            raise Invalid("the server runs with fsync off: it may lose what it acknowledged", field=FIELD)
        if may_alter:
            raise Invalid(
                "the service's role may alter the tables; give it those rights only that "
                "'tutela service log sql' writes down, and no membership in their owner",
                field=FIELD,
            )
        if self._identity not in ("", identity):
            raise Unavailable("another change log stands where this one was", retry_after_seconds=1.0)
        number, digest = self._newest
        if number:
            kept = database.execute(PAYLOAD, (number,)).fetchone()
            if kept is None or _digest(kept[0]) != digest:
                raise Unavailable("the change log was taken back: acknowledged changes are gone from it")
        self._identity = str(identity)


def _digest(payload: str) -> bytes:
    return hashlib.sha256(payload.encode()).digest()


@contextlib.contextmanager
def _as_unprepared() -> Iterator[None]:
    """Raises Invalid where the tables are missing or shut to this role; other errors go their way."""
    try:
        yield
    except (errors.UndefinedTable, errors.InvalidSchemaName, errors.InsufficientPrivilege):
        raise Invalid(
            "the database holds no change log for this role; 'tutela service log sql' says how to make one",
            field=FIELD,
        ) from None
