"""What a person does to a job; each act stands in the ledger."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.work.models import PARKED, WAITING, Job
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Refused

#: Word of a job that somebody parked.
BY_PERSON = "person"


def retry_job(untrusted_job: str, *, actor: Actor, clock: Clock | None = None) -> None:
    """None; the parked job waits again, with all its tries, and the ledger says who wanted it.

    Raises Refused where there is none, Conflict where it is not parked, or where another job of its key is
    open: that one does the same.
    """
    clock = clock or SystemClock()
    with transaction.atomic():
        job = _locked(untrusted_job)
        if job.state != PARKED:
            raise Conflict("this job is not parked")
        job.state, job.due, job.tries, job.reason = WAITING, clock.now(), 0, ""
        _save_open(job)
        record("job_retried", actor=actor, subject=job.job_id, clock=clock)


def park_job(untrusted_job: str, *, actor: Actor, clock: Clock | None = None) -> None:
    """None; the job is out of the line, and the ledger says who took it out.

    A worker that is at it finds its claim lost, and nothing that it does is written down. Raises Refused
    where there is no such job, Conflict where it is parked already.
    """
    with transaction.atomic():
        job = _locked(untrusted_job)
        if job.state == PARKED:
            raise Conflict("this job is parked already")
        job.state, job.reason, job.token, job.lease_until, job.again = PARKED, BY_PERSON, "", None, False
        job.save()
        record(
            "job_parked",
            actor=actor,
            subject=job.job_id,
            facts={"tries": job.tries},
            clock=clock or SystemClock(),
        )


def _locked(untrusted_job: str) -> Job:
    job = Job.objects.select_for_update().filter(job_id=untrusted_job).first()
    if job is None:
        raise Refused("there is no such job: it has ended, or never was")
    return job


def _save_open(job: Job) -> None:
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError as error:
        raise Conflict("another job of the same key is open, and does the same") from error
