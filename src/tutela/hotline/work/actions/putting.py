"""Putting a job into the table, in the transaction of the act that makes it necessary."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, DateTimeField, F, Value, When
from django.db.models.functions import Least

from tutela.hotline.work.arguments import check_arguments
from tutela.hotline.work.handlers import LOWEST, NORMAL, URGENT, WORD, find_handler
from tutela.hotline.work.models import KEY_CHARACTERS_MAX, LATER, OPEN, RUNNING, WAITING, Job
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict
from tutela.kernel.ids import new_id

#: Looks at a key that others put and finish at the same time, before the caller is told to come again.
LOOKS_MAX = 10


def put(
    kind: str,
    arguments: Mapping[str, Any],
    *,
    key: str = "",
    due: datetime | None = None,
    priority: int | None = None,
    host: str = "",
    version: int = 1,
    clock: Clock | None = None,
) -> None:
    """None; the job stands in the table when the caller's transaction does.

    ``key``: at most one job of a key is open. A second put of it makes no second job, but the earlier time
    and the more urgent priority count, and a job that runs already runs once more afterwards, so that nothing
    that happened meanwhile is missed. A parked job leaves its key free.
    ``due``: not before this moment (aware). ``priority``: 0 urgent to 9; the handler's, or 5, where none is
    given. ``host``: keyed digest of the host it concerns, never a name. Raises ValueError for a wrong call,
    RuntimeError outside of a transaction, Conflict where a key moves too fast.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a job is put in the transaction of the act that makes it necessary")
    now = (clock or SystemClock()).now()
    due = due or now
    made = Job(
        job_id=new_id("job_"),
        kind=_checked(kind),
        version=version,
        arguments=check_arguments(arguments),
        key=_checked_text(key, KEY_CHARACTERS_MAX),
        host=_checked_text(host, 64),
        priority=_priority(kind, priority),
        state=LATER if due > now else WAITING,
        due=due,
        made=now,
    )
    if key:
        _put_once(made)
    else:
        made.save(force_insert=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewJob:
    """A job that cannot be there yet: its key names something that this transaction makes."""

    arguments: Mapping[str, Any]
    key: str
    host: str = ""


def put_new(kind: str, jobs: Iterable[NewJob], *, priority: int, clock: Clock | None = None) -> None:
    """None; all the jobs stand in the table when the caller's transaction does. As ``put``, for many at once.

    A job whose key is taken all the same is left out: there is one already.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a job is put in the transaction of the act that makes it necessary")
    now = (clock or SystemClock()).now()
    made = [
        Job(
            job_id=new_id("job_"),
            kind=_checked(kind),
            version=1,
            arguments=check_arguments(one.arguments),
            key=_checked_text(one.key, KEY_CHARACTERS_MAX),
            host=_checked_text(one.host, 64),
            priority=_priority(kind, priority),
            state=WAITING,
            due=now,
            made=now,
        )
        for one in jobs
    ]
    Job.objects.bulk_create(made, ignore_conflicts=True)


@transaction.atomic
def hasten(keys: Collection[str]) -> int:
    """How many open jobs of these keys go before all others from now on; none is put.

    One that somebody else moves at this moment is left: it is about to be done, or to be put anew.
    """
    found = Job.objects.select_for_update(skip_locked=True).filter(key__in=keys, state__in=OPEN)
    return Job.objects.filter(pk__in=list(found.values_list("pk", flat=True))).update(priority=URGENT)


def _put_once(made: Job) -> None:
    """The new job becomes that of the key, or the open one is pulled forward; both are tried in turn."""
    for _ in range(LOOKS_MAX):
        Job.objects.bulk_create([made], ignore_conflicts=True)
        if Job.objects.filter(job_id=made.job_id).exists() or _pulled_forward(made):
            return
    raise Conflict("others put and finish the same job at this moment; try again")


def _pulled_forward(made: Job) -> bool:
    due = Value(made.due, output_field=DateTimeField())
    runs_alone = When(state=RUNNING, again=False, then=due)
    found = Job.objects.filter(key=made.key, state__in=OPEN).update(
        due=Case(runs_alone, default=Least(F("due"), due), output_field=DateTimeField()),
        priority=Least(F("priority"), Value(made.priority)),
        again=Case(When(state=RUNNING, then=Value(True)), default=Value(False), output_field=BooleanField()),
    )
    return found == 1


def _checked(kind: str) -> str:
    if not WORD.fullmatch(kind):
        raise ValueError("a kind is a short word of lower-case letters, digits, - and _")
    return kind


def _checked_text(text: str, longest: int) -> str:
    check_arguments({"text": text})
    if len(text) > longest:
        raise ValueError(f"a key or a host has at most {longest} characters")
    return text


def _priority(kind: str, priority: int | None) -> int:
    handler = find_handler(kind)
    chosen = priority if priority is not None else handler.priority if handler else NORMAL
    if not URGENT <= chosen <= LOWEST:
        raise ValueError("a priority is a number from 0 (urgent) to 9")
    return chosen
