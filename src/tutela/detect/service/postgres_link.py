"""One connection to PostgreSQL that comes back by itself, and says to nobody where it leads.

Errors of the driver quote addresses, users and values, so none of them leaves this module, not even as the
cause of another one. While the server is away callers are told so at once, not after a time-out each.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tutela.kernel.errors import Invalid, Unavailable

#: The setting that names the database, for errors.
FIELD = "service.change_log"
#: Seconds that a caller waits for its turn on the connection, and a writer for the others' changes.
BUSY_SECONDS = 5.0
#: Seconds that a caller waits while somebody else connects (our own: others must not pile up behind).
CONNECTING_SECONDS = 0.5
#: Seconds after a failed attempt to connect in which none is made.
RETRY_SECONDS = 1.0
#: What a database on another machine must be asked with: who it is must be proved (libpq, section 34.19).
PROVED = ("verify-full", "verify-ca")

#: Of the connection, where the address does not say otherwise (libpq, section 34.1.2): seconds to connect,
#: a dead server noticed after 5 + 3 * 2 seconds of silence or 10,000 ms without acknowledgement, and never a
#: standby, which may be behind.
_USUAL: dict[str, str | int] = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "target_session_attrs": "read-write",
    "gssencmode": "disable",
    "application_name": "tutela",
}
#: On disk, and on the standbys that the server's settings name, when the change is acknowledged; a writer
#: that stops in the middle gives its place up. SET LOCAL holds behind a connection pooler too.
_BEGIN: LiteralString = """
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SELECT set_config('synchronous_commit', 'on', true)
 WHERE current_setting('synchronous_commit') <> 'remote_apply';
SET LOCAL lock_timeout = '5s';
SET LOCAL idle_in_transaction_session_timeout = '5s';
"""
_SESSION: LiteralString = "SET statement_timeout = '30s'"

T = TypeVar("T")
Row = tuple[Any, ...]
Database = psycopg.Connection[Row]


def checked_terms(dsn: str) -> dict[str, Any]:
    """How to connect to the address ``dsn``, with what it leaves open. Raises Invalid without quoting it."""
    if not dsn.startswith(("postgresql://", "postgres://")):
        raise Invalid("is an address such as postgresql://tutela@db.example/tutela", field=FIELD)
    parsed = _or_none(lambda: conninfo_to_dict(dsn))
    if parsed is None:
        raise Invalid("is no address that PostgreSQL understands", field=FIELD)
    given: dict[str, Any] = dict(parsed)
    hosts = [name for key in ("host", "hostaddr") for name in str(given.get(key) or "").split(",") if name]
    if not hosts or "service" in given:
        raise Invalid("must name the host itself (a folder for a socket: ?host=/run/postgresql)", field=FIELD)
    if not all(map(_is_here, hosts)) and given.setdefault("sslmode", PROVED[0]) not in PROVED:
        raise Invalid("a database on another machine needs sslmode=verify-full or verify-ca", field=FIELD)
    return {**_USUAL, **given, "client_encoding": "utf8"}


def _is_here(host: str) -> bool:
    """True for a Unix socket and for loopback: the connection does not leave this machine."""
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Link:
    """See the module. Threads share it and take turns; after a fork make it anew.

    ``check`` is called with each new connection before anything else is asked; what it raises as Invalid
    becomes Unavailable, but for ``prove``.
    """

    def __init__(self, dsn: str, check: Callable[[Database], None]) -> None:
        """Connects to nothing yet. Raises Invalid for an address that cannot be right."""
        self._terms, self._check = checked_terms(dsn), check
        self._lock = threading.Lock()
        self._database: Database | None = None
        self._not_before_seconds, self._closed = 0.0, False

    def prove(self) -> None:
        """Returns when the server can be reached and ``check`` has nothing against it. Raises its Invalid."""
        with self._turn():
            self._tried(lambda database: database.execute("SELECT 1").fetchall())

    def read(self, question: LiteralString, values: tuple[int, ...] = ()) -> list[Row]:
        """The rows of a question. Raises Unavailable."""
        with _operators_fault(), self._turn():
            return self._tried(lambda database: database.execute(question, values).fetchall())

    def write(self, statement: LiteralString, values: tuple[str, ...]) -> list[Row]:
        """The rows that ``statement`` gave once it is durable. Raises Unavailable.

        The error says so when it cannot be known whether it was: the connection was lost at the very end.
        """
        with _operators_fault(), self._turn():
            rows = self._tried(lambda database: _begun(database, statement, values))
            self._commit(self._connected())
            return rows

    def close(self) -> None:
        """Ends the connection; what was acknowledged stays."""
        with self._lock:
            self._closed = True
            self._drop()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        patience_seconds = CONNECTING_SECONDS if self._database is None else BUSY_SECONDS
        if not self._lock.acquire(timeout=patience_seconds):
            raise _away()
        try:
            yield
        finally:
            self._lock.release()

    def _tried(self, work: Callable[[Database], list[Row]]) -> list[Row]:
        """What ``work`` gives, done again once when a connection from before turns out to be broken."""
        while True:
            fresh, database = self._database is None, self._connected()
            try:
                return work(database)
            except psycopg.Error:
                is_lost = database.closed
                self._drop()
            except BaseException:
                self._drop()
                raise
            if fresh or not is_lost:
                raise _away()

    def _commit(self, database: Database) -> None:
        try:
            is_done = _or_none(lambda: database.execute("COMMIT"))
        except BaseException:
            self._drop()
            raise
        if is_done is None:
            self._drop()
            raise Unavailable(
                "the change log was lost before it answered: the change may be written or not; look, and "
                "send it again if it is not",
                retry_after_seconds=RETRY_SECONDS,
            )

    def _connected(self) -> Database:
        """The connection, made if need be. Raises Unavailable, and what ``check`` raises."""
        if self._database is None:
            if self._closed or time.monotonic() < self._not_before_seconds:
                raise _away()
            self._database = _or_none(self._opened)
        if self._database is None:
            self._not_before_seconds = time.monotonic() + RETRY_SECONDS
            raise _away()
        return self._database

    def _opened(self) -> Database:
        database: Database = psycopg.connect(**self._terms, autocommit=True, prepare_threshold=None)
        try:
            database.execute(_SESSION)
            self._check(database)
        except BaseException:
            database.close()
            raise
        return database

    def _drop(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _or_none(work: Callable[[], T]) -> T | None:
    """What ``work`` gives; None for an error of the driver: none is kept, not even as a context."""
    try:
        return work()
    except psycopg.Error:
        return None


@contextlib.contextmanager
def _operators_fault() -> Iterator[None]:
    """A log that is not as it should be is no fault of the caller who asks the service."""
    try:
        yield
    except Invalid as error:
        raise Unavailable(error.message, retry_after_seconds=RETRY_SECONDS) from None


def _begun(database: Database, statement: LiteralString, values: tuple[str, ...]) -> list[Row]:
    database.execute(_BEGIN)
    return database.execute(statement, values).fetchall()


def _away() -> Unavailable:
    return Unavailable("the change log cannot be reached", retry_after_seconds=RETRY_SECONDS)
