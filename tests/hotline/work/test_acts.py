from __future__ import annotations

from tutela.hotline.ledger.acts import declared_acts
from tutela.hotline.work.acts import declare


def test_what_a_person_does_to_jobs_may_stand_in_the_ledger() -> None:
    declare()
    assert {"job_retried", "job_parked"} <= {one.word for one in declared_acts()}
