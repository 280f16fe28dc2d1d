from __future__ import annotations

from tests.commands.work_calls import Foreman
from tutela.hotline.ledger.models import LedgerEntry


def test_parked_jobs_go_back_and_the_ledger_knows(foreman: Foreman) -> None:
    job = foreman.parked()
    assert foreman("retry", job) == 0
    assert foreman.out == "1 of 1 jobs wait again\n"
    assert foreman.rows("list")[0]["state"] == "waiting"
    entry = LedgerEntry.objects.get(act="job_retried")
    assert entry.subject == job


def test_all_that_are_parked_for_a_reason_go_back(foreman: Foreman) -> None:
    for _ in range(3):
        foreman.parked()
    assert foreman("retry", "--reason", "TimeoutError", "--kind", "other") == 0
    assert foreman.out == "0 of 0 jobs wait again\n"
    assert foreman("retry", "--reason", "TimeoutError") == 0
    assert foreman.out == "3 of 3 jobs wait again\n"


def test_what_does_not_go_back_is_named(foreman: Foreman) -> None:
    parked, waits = foreman.parked(), foreman.put()
    assert foreman("retry", parked, waits, "job_nothing") == 3
    assert foreman.out == "1 of 3 jobs wait again\n"
    assert (
        f"{waits}: this job is not parked" in foreman.err and "job_nothing: there is no such" in foreman.err
    )


def test_jobs_or_a_reason_and_not_both(foreman: Foreman) -> None:
    assert foreman("retry") == foreman("retry", "job_x", "--reason", "Refused") == 2
