"""Is the change log whole: a look that writes nothing, also while the service runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tutela.detect.service.changes import CHANGES_AT_ONCE, ChangeLog
from tutela.detect.service.doctor.findings import Finding, count, fail, ok, warn
from tutela.detect.service.sqlite_log import SCHEMA_VERSION
from tutela.kernel.errors import Conflict, Invalid, TutelaError, Unavailable

#: Seconds that a look waits for a writer.
BUSY_SECONDS = 5.0
#: Field of an error about the file of this machine.
_OURS = "log"
_RESTORE = "stop the service and put the newest copy back"


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLook:
    """What stands in a log: its own name, the largest number of a change, and what is damaged."""

    identity: str
    head: int
    damage: str = ""


def look(path: Path) -> LogLook:
    """What is in the log of this machine; every page is read, nothing written.

    Raises FileNotFoundError, Invalid when it is no change log, Unavailable when it cannot be looked at now.
    """
    beside = path.with_name(f"{path.name}-wal")
    path.stat()
    is_open = beside.exists()
    if is_open and not path.with_name(f"{path.name}-shm").exists():
        raise Unavailable("the change log was copied while it was open; the service's start puts it in order")
    try:
        return _looked(path, "mode=ro&readonly_shm=1" if is_open else "mode=ro&immutable=1")
    except sqlite3.Error as error:
        if not is_open and beside.exists():
            return look(path)  # the service was started meanwhile
        raise Invalid("the change log is damaged, or is none", field=_OURS) from error


def _looked(path: Path, how: str) -> LogLook:
    address = f"file:{quote(str(path))}?{how}"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as database:
        meta = dict(database.execute("SELECT name, value FROM meta"))
        if meta.get("schema") != str(SCHEMA_VERSION):
            raise Invalid(f"of another version; this release reads {SCHEMA_VERSION}", field=_OURS)
        (told,) = database.execute("PRAGMA quick_check(1)").fetchone()
        changes, head = database.execute("SELECT count(*), max(sequence) FROM changes").fetchone()
    damage = "" if told == "ok" else "its pages contradict one another"
    if changes != (head or 0):
        damage = damage or "acknowledged changes are missing in it"
    return LogLook(identity=meta.get("identity", ""), head=head or 0, damage=damage)


def look_over(log: ChangeLog) -> LogLook:
    """What is in a log of several machines; its newest changes are read. Raises Invalid, Unavailable."""
    head = log.head()
    begin = max(0, head - CHANGES_AT_ONCE)
    numbers = [change.sequence for change in log.after(begin, head - begin)]
    whole = not head or (bool(numbers) and numbers == list(range(begin + 1, begin + 1 + len(numbers))))
    return LogLook(
        identity=log.identity, head=head, damage="" if whole else "acknowledged changes are missing in it"
    )


def change_log(take: Callable[[], LogLook], *, applied: int, followed: str) -> Finding:
    """Does the log open, is it whole, and is it the one that the lists were made from up to ``applied``.

    ``followed`` is the own name of that log, empty while none was followed.
    """
    try:
        told = take()
    except FileNotFoundError:
        if applied:
            return fail("log", "the change log is gone, and lists were made from it", _RESTORE)
        return warn("log", "there is no change log yet", "the service's first start makes it")
    except Unavailable as error:
        return warn("log", "the change log cannot be looked at now", error.public_message())
    except TutelaError as error:
        is_shared = isinstance(error, Conflict) or (isinstance(error, Invalid) and error.field != _OURS)
        advice = error.public_message() if is_shared else _RESTORE
        return fail("log", "the change log cannot be used as it is", advice)
    except OSError:
        return fail("log", "the change log may not be read", "run this as the user of the service")
    return _judged(told, applied, followed)


def _judged(told: LogLook, applied: int, followed: str) -> Finding:
    if told.damage:
        return fail("log", f"the change log is damaged: {told.damage}", _RESTORE)
    if followed not in ("", told.identity):
        advice = "put the right log back; for this one begin with an empty data folder"
        return fail("log", "the lists of this data folder were made from another change log", advice)
    if told.head < applied:
        advice = (
            "put the newer copy back; else stop, remove lists and applied.json, start: lists are made anew"
        )
        return fail("log", "the change log went back: it has less than the lists", advice)
    return ok("log", f"the change log is whole: {count(told.head, 'change')} without a gap")
