"""What a worker writes about the job that it holds. Each write checks the fencing token first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from tutela.hotline.work.claims import Claim, ClaimLost
from tutela.hotline.work.models import LATER, PARKED, RUNNING, Job
from tutela.hotline.work.statements import end, leave_alone
from tutela.hotline.work.waits import wait_seconds
from tutela.kernel.clock import Clock, SystemClock

#: A reason that is no word of a class: it may quote what it met.
OTHER_REASON = "other"


def heartbeat(claim: Claim, *, clock: Clock | None = None) -> None:
    """None; the lease begins anew. Raises ClaimLost when the job is no longer this claim's."""
    until = (clock or SystemClock()).now() + timedelta(seconds=claim.lease_seconds)
    if not Job.objects.filter(job_id=claim.job, token=claim.token, state=RUNNING).update(lease_until=until):
        raise _lost(claim)


def finish(claim: Claim, inside: Callable[[], None] | None = None, *, clock: Clock | None = None) -> None:
    """None; the job has ended and what ``inside`` wrote stands: both, or neither.

    The job's row is locked and gone before ``inside`` runs, so that it may put the next job of the same key.
    Raises ClaimLost, before ``inside`` runs, when the job is no longer this claim's.
    """
    with transaction.atomic():
        if not end(claim.job, claim.token):  # it is to run again, or is not ours
            _move(_held(claim), LATER, again=False, tries=0, reason="")
        if inside is not None:
            inside()
        _leave_alone(claim, clock)


def fail(
    claim: Claim,
    reason: str,
    *,
    after_seconds: float = 0.0,
    tries_max: int | None = None,
    clock: Clock | None = None,
) -> bool:
    """True when the job is parked now, because it may not be tried again; else it waits, longer each time.

    ``reason`` is the name of an error's class, never its text. ``after_seconds``: not earlier than this.
    ``tries_max``: instead of the claim's.
    Raises ClaimLost when the job is no longer this claim's.
    """
    with transaction.atomic():
        job = _held(claim)
        over = job.tries >= (claim.tries_max if tries_max is None else tries_max)
        if not over:
            wait = wait_seconds(job.tries, least_seconds=after_seconds)
            job.due = (clock or SystemClock()).now() + timedelta(seconds=wait)
        _move(job, PARKED if over else LATER, again=False, reason=_word(reason))
        _leave_alone(claim, clock)
        return over


def park(claim: Claim, reason: str, *, clock: Clock | None = None) -> None:
    """None; the job waits for a person: trying again is no use. Raises ClaimLost as the others do."""
    with transaction.atomic():
        _move(_held(claim), PARKED, reason=_word(reason))
        _leave_alone(claim, clock)


def _held(claim: Claim) -> Job:
    job = Job.objects.select_for_update().filter(job_id=claim.job, token=claim.token, state=RUNNING).first()
    if job is None:
        raise _lost(claim)
    return job


def _leave_alone(claim: Claim, clock: Clock | None) -> None:
    """The host is left alone from now on, for as long as two jobs are apart; last: others wait for it."""
    if claim.apart_seconds:
        leave_alone(claim.host, (clock or SystemClock()).now() + timedelta(seconds=claim.apart_seconds))


def _move(job: Job, state: str, **columns: object) -> None:
    job.state, job.token, job.lease_until = state, "", None
    for name, value in columns.items():
        setattr(job, name, value)
    job.save()


def _lost(claim: Claim) -> ClaimLost:
    return ClaimLost(f"{claim.job} is no longer held by this claim")


def _word(reason: str) -> str:
    return reason if reason.isidentifier() and reason.isascii() and len(reason) <= 60 else OTHER_REASON
