"""The change log of one machine: a SQLite file that any process of the service appends to.

Append-only by trigger; WAL with ``synchronous=FULL``, so a change is on disk when ``append`` returns
(style.md section 10). Writers wait for one another, readers never wait.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from tutela.detect.matching.sections import sync_folder
from tutela.detect.service.change_json import parse_change, render_change
from tutela.detect.service.changes import CHANGES_AT_ONCE, Change, Draft, checked_draft
from tutela.detect.service.transactions import transaction
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Unavailable
from tutela.kernel.formats import NewerFormatError, check_version

#: Version of the tables (decisions.md section 12: the files of release n-1 are read).
SCHEMA_VERSION = 1
#: How long an append waits for other processes, in seconds; above it the caller is told to come back.
BUSY_SECONDS = 5.0
#: Largest payload of one change in bytes; 10,000 entries of 32 bytes take about 2 MB.
PAYLOAD_BYTES_MAX = 32 << 20
#: Bytes of payloads that one question returns, if the first alone is not larger: whoever follows a long log
#: must not need memory for a thousand large changes at once (our own: some 40,000 entries).
ANSWER_BYTES_MAX = 8 << 20
#: Page cache of one connection in KiB: the log is read from its end, once.
CACHE_KIB = 1_024

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, payload TEXT NOT NULL);
CREATE TRIGGER changes_no_update BEFORE UPDATE ON changes
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER changes_no_delete BEFORE DELETE ON changes
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER changes_no_replace BEFORE INSERT ON changes
  WHEN EXISTS (SELECT 1 FROM changes WHERE sequence = NEW.sequence)
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


class SqliteChangeLog:
    """See the module. A ``ChangeLog``. Threads may share it; after a fork open it anew."""

    def __init__(self, path: Path | str, *, clock: Clock | None = None) -> None:
        """Opens or makes the file (mode 0600). Raises Invalid for another file, Unavailable."""
        self._path = Path(path)
        self._clock = SystemClock() if clock is None else clock
        self._lock = threading.Lock()
        with _as_unavailable():
            self._database = _connect(self._path)
        try:
            self.identity = self._opened_identity()
        except BaseException:
            self._database.close()
            raise

    def _opened_identity(self) -> str:
        try:
            with self._lock, transaction(self._database) as database:
                if not database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    self._create(database)
                meta = dict(database.execute("SELECT name, value FROM meta"))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error):
                raise Unavailable("the change log cannot be opened", retry_after_seconds=1.0) from error
            raise Invalid("this is not a change log", field="log") from error
        try:
            check_version("the change log", meta.get("schema"), reads=SCHEMA_VERSION)
        except ValueError as error:
            raise Invalid(str(error), field="log") from error
        return str(meta["identity"])

    def _create(self, database: sqlite3.Connection) -> None:
        for statement in _statements(_SCHEMA):
            database.execute(statement)
        values = [("schema", str(SCHEMA_VERSION)), ("identity", secrets.token_hex(16))]
        database.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", values)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def append(self, draft: Draft) -> int:
        """The number of the change, on disk. Raises Invalid, Unavailable; nothing is kept then."""
        change = Change(sequence=0, made=self._clock.now(), draft=checked_draft(draft))
        payload = render_change(change)
        if len(payload) > PAYLOAD_BYTES_MAX:
            raise Invalid("the change is too large; send it in several", field="entries")
        with _as_unavailable(), self._lock, transaction(self._database) as database:
            done = database.execute("INSERT INTO changes (payload) VALUES (?)", (payload,))
        return int(done.lastrowid or 0)

    def after(self, sequence: int, limit: int = CHANGES_AT_ONCE) -> list[Change]:
        """Later changes, see ``ChangeLog``. Raises Unavailable, Invalid for a damaged log."""
        rows = self._payloads(sequence, limit)
        try:
            return [parse_change(number, payload) for number, payload in rows]
        except NewerFormatError as error:
            raise Invalid(str(error), field="log") from error
        except ValueError as error:
            raise Invalid(f"the change log is damaged: {error}", field="log") from error

    def _payloads(self, sequence: int, limit: int) -> list[tuple[int, str]]:
        question = "SELECT sequence, payload FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?"
        rows: list[tuple[int, str]] = []
        size_bytes = 0
        with _as_unavailable(), self._lock, contextlib.closing(self._database.cursor()) as cursor:
            for number, payload in cursor.execute(question, (sequence, limit)):
                size_bytes += len(payload)
                if rows and size_bytes > ANSWER_BYTES_MAX:
                    break
                rows.append((number, payload))
        return rows

    def head(self) -> int:
        """The largest number; about 10 microseconds. Raises Unavailable."""
        return int(self._ask("SELECT max(sequence) FROM changes")[0][0] or 0)

    def size_bytes(self) -> int:
        """Bytes of the file and of its write-ahead log."""
        beside = self._path.with_name(self._path.name + "-wal")
        return sum(path.stat().st_size for path in (self._path, beside) if path.exists())

    def _ask(self, question: str, values: tuple[int, ...] = ()) -> list[Any]:
        with _as_unavailable(), self._lock:
            return self._database.execute(question, values).fetchall()

    def close(self) -> None:
        """Closes the connection; everything acknowledged is on disk already."""
        with self._lock:
            self._database.close()


@contextlib.contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Unavailable("the change log cannot be reached", retry_after_seconds=1.0) from error


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; a trigger holds semicolons of its own."""
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _connect(path: Path) -> sqlite3.Connection:
    """WAL, synchronous FULL, triggers that nothing goes around; raises Unavailable when it is not so."""
    fresh = not path.exists()
    if fresh:
        path.touch(mode=0o600)
        sync_folder(path.parent)
    database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("synchronous=FULL", "recursive_triggers=ON", f"cache_size=-{CACHE_KIB}"):
            database.execute(f"PRAGMA {pragma}")
        (mode,) = database.execute("PRAGMA journal_mode=WAL").fetchone()
    except sqlite3.DatabaseError as error:
        database.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise Invalid("this is not a change log", field="log") from error
    if mode != "wal":
        database.close()
        raise Unavailable("the change log needs a file system where SQLite can use WAL")
    return database
