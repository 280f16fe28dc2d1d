from __future__ import annotations

from tests.commands.work_calls import Foreman
from tutela.hotline.ledger.models import LedgerEntry


def test_a_job_is_taken_out_of_the_line_and_the_ledger_knows(foreman: Foreman) -> None:
    job = foreman.put()
    assert foreman("park", job) == 0
    assert foreman.rows("list")[0]["reason"] == "person"
    assert LedgerEntry.objects.get(act="job_parked").subject == job
    foreman("run", "--until-empty")
    assert foreman.rows("list")[0]["state"] == "parked"


def test_what_cannot_be_parked_is_named(foreman: Foreman) -> None:
    job = foreman.put()
    foreman("park", job)
    assert foreman("park", job, "job_nothing") == 3
    assert foreman.out == "0 of 2 jobs are parked\n" and f"{job}: this job is parked already" in foreman.err
