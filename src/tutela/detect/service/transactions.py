"""One transaction of a SQLite file that several processes write to."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """The connection (``isolation_level`` None); what is written is there whole at the end, or not at all.

    It begins as a writer (IMMEDIATE), so that it waits for others here and never fails half-way. Raises
    sqlite3.Error.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield database
        database.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise
