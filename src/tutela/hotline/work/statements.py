"""The statements that every single job runs, written out.

Django's builder needs 1.5 ms for the question which job is next, the database 0.03; a claim and its end took
5.0 ms with it and take 1.3 so, three times a report (our own measurement). What is asked less often is asked
through the models. Both databases read every statement here, but for one clause.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from tutela.hotline.work.models import LATER, RUNNING, WAITING, Job

#: A turn of a host that binds: not before the first moment, nor later than the second.
_BOUND = "SELECT host FROM work_hostturn WHERE free_at > %s AND free_at <= %s"
#: Hosts of which so many jobs run.
_FULL = (
    f"SELECT host FROM work_job WHERE state = '{RUNNING}' AND host <> '' GROUP BY host HAVING COUNT(*) >= %s"  # noqa: S608 - a word of ours
)
_SOMETHING_TO_DO = (
    f"SELECT EXISTS (SELECT 1 FROM work_job WHERE state = '{LATER}' AND due <= %s),"  # noqa: S608 - words of ours
    f" EXISTS (SELECT 1 FROM work_job WHERE state = '{RUNNING}' AND lease_until < %s),"
    f" EXISTS (SELECT 1 FROM work_job WHERE state = '{RUNNING}' AND lease_until > %s)"
)
_TURN = "UPDATE work_hostturn SET free_at = %s WHERE host = %s AND (free_at <= %s OR free_at > %s)"
_ALONE = "UPDATE work_hostturn SET free_at = %s WHERE host = %s AND free_at < %s"
_ENDED = f"DELETE FROM work_job WHERE job_id = %s AND token = %s AND state = '{RUNNING}' AND NOT again"  # noqa: S608 - a word of ours


def first_ready(
    kinds: Sequence[tuple[str, int]],
    *,
    bound: tuple[datetime, datetime],
    running_max: int,
    without: Collection[str],
    due_before: datetime | None = None,
) -> Job | None:
    """The next job of these kinds, each with the newest shape that is read; its row is locked. None: none.

    ``bound``: a host's turn between these moments binds it; ``without``: hosts that are left out. The most
    urgent first, then by its time; with ``due_before`` of those that were due before it the first by time.
    """
    statement = _ready(len(kinds), len(without), is_old=due_before is not None, vendor=connection.vendor)
    told: list[Any] = [fact for kind in kinds for fact in kind]
    told += [*bound, running_max, *without]
    told += [due_before] if due_before is not None else []
    return next(iter(Job.objects.raw(statement, told)), None)


def what_is_to_do(now: datetime, never: datetime) -> tuple[bool, bool]:
    """(a job's time came, a lease ran out): at ``now``; a lease that ends after ``never`` ran out too."""
    with connection.cursor() as cursor:
        cursor.execute(_SOMETHING_TO_DO, _moments(now, now, never))
        came, over, impossible = cursor.fetchone()
    return bool(came), bool(over or impossible)


def take_turn(host: str, until: datetime, *, now: datetime, never: datetime) -> bool:
    """Whether the host was free at ``now`` and is ours: it is not met again before ``until``."""
    until, now, never = _moments(until, now, never)
    return _changed(_TURN, [until, host, now, never]) == 1


def leave_alone(host: str, until: datetime) -> None:
    """None; the host is not met again before ``until``."""
    (until,) = _moments(until)
    _changed(_ALONE, [until, host, until])


def end(job_id: str, token: str) -> bool:
    """Whether the job was held by this token and is gone now; False also where it is to run again."""
    return _changed(_ENDED, [job_id, token]) == 1


@lru_cache(maxsize=64)
def _ready(kinds: int, without: int, *, is_old: bool, vendor: str) -> str:
    """The question for the next job, for so many kinds and hosts that are left out."""
    wanted = " OR ".join(["(kind = %s AND version <= %s)"] * kinds) or "1 = 0"
    others = f" AND host NOT IN ({', '.join(['%s'] * without)})" if without else ""
    old, order = (" AND due < %s", "due, id") if is_old else ("", "priority, due, id")
    locked = " FOR UPDATE SKIP LOCKED" if vendor == "postgresql" else ""
    return (
        f"SELECT * FROM work_job WHERE state = '{WAITING}' AND ({wanted})"  # noqa: S608 - words of ours
        f" AND host NOT IN ({_BOUND}) AND host NOT IN ({_FULL}){others}{old} ORDER BY {order} LIMIT 1{locked}"
    )


def _changed(statement: str, told: Sequence[Any]) -> int:
    """How many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return int(cursor.rowcount)


def _moments(*moments: datetime) -> list[Any]:
    """The moments as the database keeps them."""
    return [connection.ops.adapt_datetimefield_value(one) for one in moments]
