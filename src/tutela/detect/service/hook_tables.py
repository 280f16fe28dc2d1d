"""The tables of the web-hook queue: one SQLite file, made once, its journal mode read back."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from tutela.kernel.errors import Invalid, Unavailable
from tutela.kernel.formats import check_version

#: Version of the tables (decisions.md section 12: the files of release n-1 are read).
SCHEMA_VERSION = 1
#: How long a writer waits for other processes, in seconds.
BUSY_SECONDS = 5.0

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE letters (
    number INTEGER PRIMARY KEY AUTOINCREMENT, message TEXT NOT NULL, endpoint TEXT NOT NULL,
    body BLOB NOT NULL, made REAL NOT NULL, dead INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, leased_until REAL NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '',
    UNIQUE (message, endpoint));
CREATE INDEX letters_due ON letters (endpoint, dead, due);
CREATE TABLE endpoints (
    name TEXT PRIMARY KEY, disabled INTEGER NOT NULL DEFAULT 0, held_until REAL NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
"""


@contextlib.contextmanager
def as_unavailable() -> Iterator[None]:
    """A block in which a database that cannot be reached is told as Unavailable."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Unavailable("the queue of web-hooks cannot be reached", retry_after_seconds=1.0) from error


def open_tables(path: Path | None) -> sqlite3.Connection:
    """The file with its tables, made with mode 0600 if there is none, and its journal mode read back."""
    with as_unavailable():
        if path is not None and not path.exists():
            path.touch(mode=0o600)
        database = sqlite3.connect(
            path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(database, journal="memory" if path is None else "wal")
        except BaseException:
            database.close()
            raise
        return database


def _prepare(database: sqlite3.Connection, *, journal: str) -> None:
    try:
        database.execute("PRAGMA synchronous=FULL")
        database.execute("PRAGMA secure_delete=ON")
        (mode,) = database.execute("PRAGMA journal_mode=WAL").fetchone()
        database.execute("BEGIN IMMEDIATE")
        if not database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            for statement in _SCHEMA.strip().split(";\n"):
                database.execute(statement)
            database.execute("INSERT INTO meta VALUES ('hook_queue', ?)", (str(SCHEMA_VERSION),))
        database.execute("COMMIT")
        version = database.execute("SELECT value FROM meta WHERE name = 'hook_queue'").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise Invalid("this is not a queue of web-hooks", field="hooks.sqlite") from error
    except sqlite3.DatabaseError as error:
        raise Invalid("this is not a queue of web-hooks", field="hooks.sqlite") from error
    try:
        check_version("the queue of web-hooks", version and version[0], reads=SCHEMA_VERSION)
    except ValueError as error:
        raise Invalid(str(error), field="hooks.sqlite") from error
    if mode != journal:
        raise Unavailable("the queue of web-hooks needs a file system where SQLite can use WAL")
