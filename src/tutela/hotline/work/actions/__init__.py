"""All writes to the job table."""

from __future__ import annotations

from tutela.hotline.work.actions.claiming import claim_next, forget_hosts, recover, wake
from tutela.hotline.work.actions.ending import fail, finish, heartbeat, park
from tutela.hotline.work.actions.following import follow
from tutela.hotline.work.actions.persons import park_job, retry_job
from tutela.hotline.work.actions.presence import say_gone, say_present
from tutela.hotline.work.actions.putting import NewJob, hasten, put, put_new

__all__ = [
    "NewJob",
    "claim_next",
    "fail",
    "finish",
    "follow",
    "forget_hosts",
    "hasten",
    "heartbeat",
    "park",
    "park_job",
    "put",
    "put_new",
    "recover",
    "retry_job",
    "say_gone",
    "say_present",
    "wake",
]
