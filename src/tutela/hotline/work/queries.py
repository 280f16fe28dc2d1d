"""What pages and commands read of the job table: frozen rows, no models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Count, Min, Model, Q, QuerySet

from tutela.hotline.work.actions.claiming import lease_ran_out
from tutela.hotline.work.handlers import registered_kinds
from tutela.hotline.work.models import LATER, OPEN, PARKED, WAITING, HostTurn, Job, Presence
from tutela.hotline.work.readable import readable
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Refused

M = TypeVar("M", bound=Model)

#: The states of a job, in the order of its life.
STATES = (*OPEN, PARKED)
#: Rows of one page.
ROWS_MAX = 100
#: Rows that a page of any list passes over at most: a database walks past each of them. Our own: a hundred
#: pages; who looks for something further down chooses a state, or has its id.
START_MAX = 10_000
#: Seconds without a sign of life after which a worker counts as gone; it gives one every ten.
PRESENT_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRow:
    """One job as it is shown."""

    job: str
    kind: str
    state: str
    priority: int
    due: datetime
    tries: int
    reason: str
    worker: str
    lease_until: datetime | None
    made: datetime
    key: str
    host: str
    version: int
    arguments: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Worked:
    """A worker that gave a sign of life. ``name_shared``: another one has its name, which harms nothing."""

    instance: str
    name: str
    name_shared: bool
    started: datetime
    seen: datetime
    finished: int
    failed: int


def job_rows(*, state: str = "", kind: str = "", start: int = 0, limit: int = ROWS_MAX) -> list[JobRow]:
    """Jobs in the order of their turn, by urgency and time, whatever their state.

    One query for each state, by its index, and one for the rows of the page.
    """
    chosen = {"kind": kind} if kind else {}
    turns = ("priority", "due", "pk")
    each = (
        Job.objects.filter(state=one, **chosen).order_by(*turns).values_list(*turns)[: start + limit]
        for one in ((state,) if state else STATES)
    )
    keys = [key for *_, key in islice(merge(*each), start, start + limit)]
    found = Job.objects.in_bulk(keys)
    return [_row(found[key]) for key in keys if key in found]


def rows_wanted(start: int) -> int:
    """Rows that a page from ``start`` on asks for: one more than it shows, where another page may follow."""
    return ROWS_MAX + (start + ROWS_MAX <= START_MAX)


def rows_of_page(rows: QuerySet[M], start: int, limit: int, *, whole: QuerySet[M] | None = None) -> list[M]:
    """``limit`` rows from ``start`` on, in their order; a query of the index, and one for these rows alone.

    In one query a database reads the rows before ``start`` as well, and what is joined to each of them: tens
    of thousands of places on the disk. ``whole``: with what belongs to a row. It chooses none itself: asked
    for rows of a state by their keys, SQLite may look through all of that state.
    """
    keys = list(rows.values_list("pk", flat=True)[start : start + limit])
    found = (rows.model._default_manager.all() if whole is None else whole).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def find_job(untrusted_job: str) -> JobRow:
    """The job of this id. Raises Refused where there is none: it may have ended."""
    found = Job.objects.filter(job_id=untrusted_job).first()
    if found is None:
        raise Refused("there is no such job: it has ended, or never was")
    return _row(found)


def _row(job: Job) -> JobRow:
    return JobRow(
        job=job.job_id,
        kind=job.kind,
        state=job.state,
        priority=job.priority,
        due=job.due,
        tries=job.tries,
        reason=job.reason,
        worker=job.worker,
        lease_until=job.lease_until,
        made=job.made,
        key=job.key,
        host=job.host,
        version=job.version,
        arguments=job.arguments,
    )


def counts() -> dict[str, int]:
    """How many jobs are in each state; every state is named. One query."""
    found = Job.objects.order_by().values_list("state").annotate(number=Count("*"))
    return dict.fromkeys(STATES, 0) | dict(found)


def kinds() -> list[str]:
    """The kinds that are done here and those of parked jobs, in alphabetical order. One query."""
    parked = Job.objects.filter(state=PARKED).order_by().values_list("kind", flat=True).distinct()
    return sorted({*registered_kinds(), *parked})


def is_parked(key: str) -> bool:
    """Whether a job of this key waits for a person."""
    return Job.objects.filter(key=key, state=PARKED).exists()


def oldest_due(*, clock: Clock | None = None) -> float:
    """Seconds since the job became due that waits longest; 0 when none waits. For alarms."""
    now = (clock or SystemClock()).now()
    found = Job.objects.filter(Q(state=WAITING) | Q(state=LATER, due__lte=now)).aggregate(oldest=Min("due"))
    return max(0.0, (now - found["oldest"]).total_seconds()) if found["oldest"] else 0.0


def is_something_due(kinds: Collection[str], *, clock: Clock | None = None) -> bool:
    """True when a claim may find something: a look that locks nothing, for a worker with nothing to do.

    Also where all that is due waits for its host. Raises LookupError for a kind without handler.
    """
    now = (clock or SystemClock()).now()
    ready = Q(state=WAITING) | Q(state=LATER, due__lte=now)
    if Job.objects.filter(ready, readable(kinds)).exists():
        return True
    return Job.objects.filter(lease_ran_out(now)).exists()


def next_moment(kinds: Collection[str], *, clock: Clock | None = None) -> datetime | None:
    """When the next of these jobs may be claimed: its time, or that at which its host may be met again.

    Now where one may be claimed at once, None where none is to be done. For a clock that is moved.
    """
    now = (clock or SystemClock()).now()
    rows = Job.objects.filter(readable(kinds), state__in=(LATER, WAITING))
    busy = HostTurn.objects.filter(free_at__gt=now)
    ready = rows.filter(due__lte=now)
    if ready.exclude(host__in=busy.values("host")).exists():
        return now
    later = rows.filter(due__gt=now).aggregate(at=Min("due"))["at"]
    free = busy.filter(host__in=ready.values("host")).aggregate(at=Min("free_at"))["at"]
    return min((at for at in (later, free) if at is not None), default=None)


def workers(*, name: str = "", clock: Clock | None = None) -> list[Worked]:
    """Workers that gave a sign of life in the last minute, of one name or of all; one query."""
    since = (clock or SystemClock()).now() - timedelta(seconds=PRESENT_SECONDS)
    found = list(Presence.objects.filter(seen__gte=since).order_by("name", "pk"))
    names = Counter(one.name for one in found)
    return [
        Worked(
            instance=one.instance,
            name=one.name,
            name_shared=names[one.name] > 1,
            started=one.started,
            seen=one.seen,
            finished=one.finished,
            failed=one.failed,
        )
        for one in found
        if name in ("", one.name)
    ]
