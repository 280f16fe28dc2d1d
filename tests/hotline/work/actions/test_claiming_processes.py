"""Several processes on one table, on both databases: the small form of bar i3-4."""

from __future__ import annotations

import pytest

from proofs.jobs import scenes

BOTH = pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))]
)
pytestmark = pytest.mark.slow


@BOTH
def test_processes_that_claim_at_once_get_each_job_once(kind: str) -> None:
    found = scenes.claims(kind, items=120, processes=3)
    assert (found["handed"], found["done"]) == (120, 120)
    assert found["handed_twice"] == found["done_twice"] == found["errors"] == found["left"] == 0


@BOTH
def test_a_stopped_process_that_comes_back_is_refused(kind: str) -> None:
    found = scenes.zombies(kind, 2)
    assert found["refused"] == found["ended_by_the_other"] == found["done"] == 2
    assert found["done_twice"] == found["left"] == 0


@BOTH
def test_processes_meet_a_host_together_no_more_often_than_one_may(kind: str) -> None:
    found = scenes.hosts(kind, 12)
    assert found["done"] == 12 and found["most"] <= 2
