"""The shape of the job table, of the hosts that jobs wait for, and of the workers that were seen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

#: Waits for its time; is ready to be claimed; is held by a worker; waits for a person. What ended is no row.
LATER, WAITING, RUNNING, PARKED = "later", "waiting", "running", "parked"
#: States in which a key is taken.
OPEN = (LATER, WAITING, RUNNING)
#: Characters of a job's key: a word and an id of ours, twice.
KEY_CHARACTERS_MAX = 120


class Job(models.Model):
    """One piece of work: what is to be done, when, and who holds it at present."""

    job_id = models.CharField(
        max_length=36, unique=True, db_comment="class: internal. Id shown to people, job_."
    )
    kind = models.CharField(max_length=40, db_comment="class: internal. Word that names the handler.")
    version = models.PositiveSmallIntegerField(db_comment="class: internal. Version of the arguments' shape.")
    arguments = models.JSONField(db_comment="class: internal. Ids, numbers and words; never content.")
    key = models.CharField(
        max_length=KEY_CHARACTERS_MAX, db_comment="class: internal. At most one open job has it; empty: none."
    )
    host = models.CharField(max_length=64, db_comment="class: internal. Keyed digest of a host; empty: none.")
    priority = models.PositiveSmallIntegerField(db_comment="class: internal. 0 urgent to 9, an order.")
    state = models.CharField(max_length=8, db_comment="class: internal. later, waiting, running or parked.")
    due = models.DateTimeField(db_comment="class: internal. Moment from which it may be claimed, UTC.")
    again = models.BooleanField(
        default=False, db_comment="class: internal. Its key was put once more while it ran; it runs again."
    )
    tries = models.PositiveSmallIntegerField(default=0, db_comment="class: internal. Claims so far, a count.")
    tries_max = models.PositiveSmallIntegerField(
        default=0, db_comment="class: internal. Claims after which it is parked, a count; set by the claim."
    )
    reason = models.CharField(
        max_length=60, default="", db_comment="class: internal. Word: why it failed last or is parked."
    )
    token = models.CharField(
        max_length=36,
        default="",
        db_comment="class: internal. Fencing token of the claim that holds it, clm_.",
    )
    worker = models.CharField(max_length=40, default="", db_comment="class: internal. Name of the worker.")
    lease_until = models.DateTimeField(
        null=True, db_comment="class: internal. Moment at which the claim ends without a heartbeat, UTC."
    )
    made = models.DateTimeField(db_comment="class: internal. Moment at which it was put, UTC.")

    class Meta:
        """A finished job is deleted, so these stay small."""

        db_table_comment = "class: internal. Work that waits, runs or is parked."
        indexes = [
            models.Index(fields=["state", "priority", "due", "id"], name="job_turn"),
            models.Index(fields=["state", "due"], name="job_due"),
            models.Index(fields=["state", "lease_until"], name="job_lease"),
            # SQLite does not see that the partial one below would do
            models.Index(fields=["key"], name="job_key"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=OPEN) & ~Q(key=""), name="job_one_open"
            )
        ]

    def __str__(self) -> str:
        """The id, which says nothing else."""
        return self.job_id


class HostTurn(models.Model):
    """When the next job may begin that concerns a host; the row is also the lock of its count."""

    host = models.CharField(
        max_length=64, primary_key=True, db_comment="class: internal. Keyed digest of a host."
    )
    free_at = models.DateTimeField(
        db_comment="class: internal. Moment from which the next job may begin, UTC."
    )

    class Meta:
        """One row for each host that a job of the last hour concerned."""

        db_table_comment = "class: internal. Hosts and when they may be met again."
        indexes = [models.Index(fields=["free_at"], name="host_free")]


class Presence(models.Model):
    """A worker that was seen: two of one name are two rows."""

    instance = models.CharField(
        max_length=36, unique=True, db_comment="class: internal. Id of one run, wrk_."
    )
    name = models.CharField(max_length=40, db_comment="class: internal. Name that the operator gave.")
    started = models.DateTimeField(db_comment="class: internal. Moment of its start, UTC.")
    seen = models.DateTimeField(
        db_comment="class: internal. Moment at which it last said that it lives, UTC."
    )
    finished = models.PositiveBigIntegerField(
        default=0, db_comment="class: internal. Jobs it ended, a count."
    )
    failed = models.PositiveBigIntegerField(
        default=0, db_comment="class: internal. Tries that failed, a count."
    )

    class Meta:
        """Rows of workers that have gone are deleted after a day."""

        db_table_comment = "class: internal. Workers that run, by their own word."
