"""Takes the change log of one machine along into a database, so that its lists go on and others can join.

The numbers, times and the log's own name stay the same, so nothing is worked in anew. Interrupted at any
moment, it goes on where it was when it is called again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.detect.matching.sections import sync_folder
from tutela.detect.service.change_json import render_change
from tutela.detect.service.follower import Follower
from tutela.detect.service.log_opening import CHANGES
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.errors import Conflict, Refused

if TYPE_CHECKING:
    from tutela.detect.service.postgres_log import PostgresChangeLog

#: What the old log is called afterwards: no service takes it for its own any more.
MOVED = CHANGES + ".moved"


def local_identity(folder: Path) -> str:
    """The own name of the log in the data folder; empty when there is none. Raises Invalid, Unavailable."""
    if not (folder / CHANGES).exists():
        return ""
    with SqliteChangeLog(folder / CHANGES) as log:
        return log.identity


def local_head(folder: Path) -> int:
    """How many changes the log in the data folder has; 0 when there is none. Raises Invalid, Unavailable."""
    if not (folder / CHANGES).exists():
        return 0
    with SqliteChangeLog(folder / CHANGES) as log:
        return log.head()


def move_log(folder: Path, target: PostgresChangeLog, advance: Callable[[int], None]) -> int:
    """The number of the last change, when all are in ``target`` and the old log is put aside.

    ``advance`` is told how many were written. Raises Refused when there is nothing to move, Conflict when
    the service runs or ``target`` is another log or has other changes, Unavailable.
    """
    path = folder / CHANGES
    if not path.exists():
        raise Refused("this data folder holds no change log that could be moved")
    with closing(SqliteChangeLog(path)) as source:
        if source.identity != target.identity:
            raise Conflict(
                "the database holds another change log; make it with what 'tutela service log sql' writes on "
                "this machine"
            )
        with Follower(source, folder):  # nobody else works on this folder meanwhile
            last = _copied(source, target, advance)
    path.rename(folder / MOVED)
    sync_folder(folder)
    return last


def _copied(source: SqliteChangeLog, target: PostgresChangeLog, advance: Callable[[int], None]) -> int:
    at = target.head()
    if at and source.after(at - 1, 1) != target.after(at - 1, 1):
        raise Conflict("the database has other changes than this machine's log")
    advance(at)
    while changes := source.after(at):
        for change in changes:
            at = target.append_payload(render_change(change))
            if at != change.sequence:
                raise Conflict("somebody else writes into the database; stop every service that uses it")
            advance(1)
    return at
