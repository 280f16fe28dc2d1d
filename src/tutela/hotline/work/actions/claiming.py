"""Handing out work: one way to claim it, so that no job is in two hands (style.md section 10, rule 1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from tutela.hotline.work.claims import Claim, HostLimit
from tutela.hotline.work.handlers import LEASE_SECONDS_MAX, handler_of
from tutela.hotline.work.models import LATER, PARKED, RUNNING, WAITING, HostTurn, Job
from tutela.hotline.work.readable import readable
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.ids import new_id
from tutela.kernel.log import get_logger

#: Jobs that one claim wakes or takes back; the rest is the next claim's, a moment later.
BATCH = 500
#: Hosts that one claim finds in another's hands before it gives its turn up.
HOSTS_TRIED_MAX = 20
#: Seconds after which a host is forgotten; far above any distance between two beginnings.
HOST_SECONDS = 3_600.0
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
    ready = Job.objects.filter(readable(kinds), state=WAITING)
    ready = ready.exclude(host__in=_hosts_met_lately(now)).exclude(host__in=_hosts_full(limit))
    for _ in range(HOSTS_TRIED_MAX):
        job = _first(ready, now, oldest=oldest)
        if job is None or not job.host:
            return job
        if _host_taken(job.host, now, limit):
            return None if _is_full(job.host, limit) else job
        ready = ready.exclude(host=job.host)
    return None


def _first(ready: QuerySet[Job], now: datetime, *, oldest: bool) -> Job | None:
    locked = ready.select_for_update(skip_locked=True)
    if oldest:
        old = locked.filter(due__lt=now - timedelta(seconds=OLD_SECONDS)).order_by("due", "pk").first()
        if old is not None:
            return old
    return locked.order_by("priority", "due", "pk").first()


def _hosts_met_lately(now: datetime) -> QuerySet[HostTurn, str]:
    return HostTurn.objects.filter(free_at__gt=now).exclude(_turn_is_old(now)).values_list("host", flat=True)


def _hosts_full(limit: HostLimit) -> QuerySet[Job, str]:
    running = Job.objects.filter(state=RUNNING).exclude(host="").order_by().values("host")
    counted = running.annotate(number=Count("pk")).filter(number__gte=limit.running_max)
    return counted.values_list("host", flat=True)


def _host_taken(host: str, now: datetime, limit: HostLimit) -> bool:
    """True when the host's turn is now ours. Who else wants it at this moment waits, and finds it gone.

    Its row stays locked till the claim stands, so whoever was refused holds no host's row and blocks nobody.
    """
    if not _turn_taken(host, now, limit):
        HostTurn.objects.bulk_create([HostTurn(host=host, free_at=now)], ignore_conflicts=True)
        return _turn_taken(host, now, limit)
    return True


def _turn_taken(host: str, now: datetime, limit: HostLimit) -> bool:
    free = Q(free_at__lte=now) | _turn_is_old(now)
    later = now + timedelta(seconds=limit.apart_seconds)
    return HostTurn.objects.filter(free, host=host).update(free_at=later) == 1


def _is_full(host: str, limit: HostLimit) -> bool:
    return Job.objects.filter(state=RUNNING, host=host).count() >= limit.running_max


def _wake_and_recover(now: datetime) -> None:
    """Nothing is written where nothing is to be done. Two looks: each has its index, both in one none."""
    if Job.objects.filter(_its_time_came(now)).exists():
        wake(now)
    if Job.objects.filter(lease_ran_out(now)).exists():
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
    hour = timedelta(seconds=HOST_SECONDS)
    return Q(free_at__lt=now - hour) | Q(free_at__gt=now + hour)


def _its_time_came(now: datetime) -> Q:
    return Q(state=LATER, due__lte=now)


def lease_ran_out(now: datetime) -> Q:
    """Also a lease that ends later than any does: the clock was set back since (FI-12)."""
    never = now + timedelta(seconds=2 * LEASE_SECONDS_MAX)
    return Q(state=RUNNING, lease_until__lt=now) | Q(state=RUNNING, lease_until__gt=never)


def _locked(which: Q) -> QuerySet[Job]:
    """The jobs that nobody else is moving at this moment, locked; two sweeps never wait for each other."""
    found = Job.objects.select_for_update(skip_locked=True).filter(which).values_list("pk", flat=True)[:BATCH]
    # not ``state__in``: SQLite would go through all jobs that wait for their time, to find these
    return Job.objects.filter(pk__in=list(found)).exclude(state__in=(WAITING, PARKED))
