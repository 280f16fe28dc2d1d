"""Handing out work: one way to claim it, so that no job is in two hands (style.md section 10, rule 1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet

from tutela.hotline.work.claims import Claim, HostLimit
from tutela.hotline.work.handlers import LEASE_SECONDS_MAX, handler_of
from tutela.hotline.work.models import LATER, PARKED, RUNNING, WAITING, HostTurn, Job
from tutela.hotline.work.readable import shapes_read
from tutela.hotline.work.statements import first_ready, take_turn, what_is_to_do
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.ids import new_id
from tutela.kernel.log import get_logger

#: Jobs that one claim wakes or takes back; the rest is the next claim's, a moment later.
BATCH = 500
#: Hosts that one claim finds in another's hands before it gives its turn up.
HOSTS_TRIED_MAX = 20
#: How long after its turn a host is forgotten; far above any distance between two beginnings.
HOST_AGE = timedelta(hours=1)
#: A turn so far ahead is nobody's; above every ``HostLimit.turn_max``.
HOST_FAR = timedelta(days=1)
#: A lease that ends so much later than now was given by a clock that was set back since (FI-12).
LEASE_NEVER = timedelta(seconds=2 * LEASE_SECONDS_MAX)
#: Seconds after which a job that is due may be taken before a more urgent one, in the turns meant for that.
#: Source: our own; below it waiting is no harm.
OLD_SECONDS = 60.0
#: Word of a job whose worker died with it, or was stopped for too long, as often as it may be tried.
WORKER_GONE = "worker_gone"

_log = get_logger("work")


def claim_next(
    worker: str,
    kinds: Collection[str],
    *,
    limit: HostLimit | None = None,
    oldest: bool = False,
    clock: Clock | None = None,
) -> Claim | None:
    """The next job of these kinds, held by a new token, or None when nothing is due.

    Most urgent first, then by its time. With ``oldest`` the job that has waited longest goes first if it has
    waited a minute: a worker asks so in every eighth turn, which is why nothing waits for ever.
    Raises LookupError for a kind without handler.
    """
    now = (clock or SystemClock()).now()
    _wake_and_recover(now)
    with transaction.atomic():
        limit = limit or HostLimit()
        job = _next_job(kinds, now, limit, oldest=oldest)
        return _hold(job, worker, now, limit) if job else None


def _hold(job: Job, worker: str, now: datetime, limit: HostLimit) -> Claim:
    handler = handler_of(job.kind)
    job.state, job.worker, job.token = RUNNING, worker, new_id("clm_")
    job.tries, job.tries_max = job.tries + 1, handler.tries_max
    job.lease_until = now + timedelta(seconds=handler.lease_seconds)
    job.save(update_fields=["state", "worker", "token", "tries", "tries_max", "lease_until"])
    return Claim(
        job=job.job_id,
        kind=job.kind,
        version=job.version,
        arguments=job.arguments,
        token=job.token,
        worker=worker,
        host=job.host,
        tries=job.tries,
        tries_max=job.tries_max,
        lease_seconds=handler.lease_seconds,
        made=job.made,
        apart_seconds=limit.apart_seconds * handler.requests() if job.host else 0.0,
    )


def _next_job(kinds: Collection[str], now: datetime, limit: HostLimit, *, oldest: bool) -> Job | None:
    """The first job whose host may be met; its row, and its host's, are locked."""
    shapes, tried = shapes_read(kinds), list[str]()
    for _ in range(HOSTS_TRIED_MAX):
        job = _first(shapes, tried, now, limit, oldest=oldest)
        if job is None or not job.host:
            return job
        if _host_taken(job.host, now, limit):
            return None if _is_full(job.host, limit) else job
        tried.append(job.host)
    return None


def _first(
    shapes: Sequence[tuple[str, int]],
    tried: Collection[str],
    now: datetime,
    limit: HostLimit,
    *,
    oldest: bool,
) -> Job | None:
    ask = partial(
        first_ready, shapes, bound=(now, now + limit.turn_max), running_max=limit.running_max, without=tried
    )
    old = ask(due_before=now - timedelta(seconds=OLD_SECONDS)) if oldest else None
    return old or ask()


def _host_taken(host: str, now: datetime, limit: HostLimit) -> bool:
    """True when the host's turn is now ours. Who else wants it at this moment waits, and finds it gone.

    Its row stays locked till the claim stands, so whoever was refused holds no host's row and blocks nobody.
    """
    if not _turn_taken(host, now, limit):
        HostTurn.objects.bulk_create([HostTurn(host=host, free_at=now)], ignore_conflicts=True)
        return _turn_taken(host, now, limit)
    return True


def _turn_taken(host: str, now: datetime, limit: HostLimit) -> bool:
    until = now + timedelta(seconds=limit.apart_seconds)
    return take_turn(host, until, now=now, never=now + limit.turn_max)


def _is_full(host: str, limit: HostLimit) -> bool:
    return Job.objects.filter(state=RUNNING, host=host).count() >= limit.running_max


def _wake_and_recover(now: datetime) -> None:
    """Nothing is written where nothing is to be done."""
    came, gone = what_is_to_do(now, now + LEASE_NEVER)
    if came:
        wake(now)
    if gone:
        recover(now)


def wake(now: datetime) -> int:
    """How many jobs came due and now wait for a worker, at most 500."""
    with transaction.atomic():
        return _locked(_its_time_came(now)).update(state=WAITING)


def recover(now: datetime) -> int:
    """How many jobs were taken from workers that gave no sign of life, at most 500 at once.

    They wait again, or are parked when their worker has gone as often as they may be tried. A worker that
    comes back finds that its token is worth nothing.
    """
    with transaction.atomic():
        gone = _locked(lease_ran_out(now))
        held = {"token": "", "lease_until": None, "reason": WORKER_GONE}
        parked = gone.filter(tries__gte=F("tries_max")).update(state=PARKED, **held)
        freed = gone.update(state=WAITING, again=False, **held)
    if parked or freed:
        _log.warning("workers_gone", freed=freed, parked=parked)
    return parked + freed


def forget_hosts(now: datetime) -> int:
    """How many hosts were forgotten that nobody began a job of for an hour: they bind nobody any more."""
    return HostTurn.objects.filter(_turn_is_old(now)).delete()[0]


def _turn_is_old(now: datetime) -> Q:
    """Also a turn that comes later than any does: the clock was set back since (FI-12)."""
    return Q(free_at__lt=now - HOST_AGE) | Q(free_at__gt=now + HOST_FAR)


def _its_time_came(now: datetime) -> Q:
    return Q(state=LATER, due__lte=now)


def lease_ran_out(now: datetime) -> Q:
    """Also a lease that ends later than any does: the clock was set back since (FI-12)."""
    return Q(state=RUNNING, lease_until__lt=now) | Q(state=RUNNING, lease_until__gt=now + LEASE_NEVER)


def _locked(which: Q) -> QuerySet[Job]:
    """The jobs that nobody else is moving at this moment, locked; two sweeps never wait for each other."""
    found = Job.objects.select_for_update(skip_locked=True).filter(which).values_list("pk", flat=True)[:BATCH]
    # not ``state__in``: SQLite would go through all jobs that wait for their time, to find these
    return Job.objects.filter(pk__in=list(found)).exclude(state__in=(WAITING, PARKED))
