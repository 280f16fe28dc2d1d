"""The scenes of bar i3-4 in their smallest form; claims and stopped workers: the tests of hotline.work."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs import i3_04
from proofs.figure import Figure
from proofs.jobs import scenes

CLEAN = {"handed_twice": 0, "done_twice": 0, "errors": 0, "left": 0, "per_second": 9.0}


@pytest.mark.parametrize("trouble", ["handed_twice", "done_twice", "errors", "left"])
def test_whatever_goes_wrong_with_claims_fails_the_bar(tmp_path: Path, trouble: str) -> None:
    facts = CLEAN | {"handed": scenes.ITEMS, "done": scenes.ITEMS}
    for wrong, passed in ((0, True), (1, False)):
        figure = Figure(bar="i3-4", tier="ci", folder=tmp_path)
        i3_04._record_claims(figure, "sqlite", facts | {trouble: wrong})
        assert figure.passed is passed


def test_a_worker_that_is_not_refused_fails_the_bar(tmp_path: Path) -> None:
    facts = {"stopped": 5, "refused": 5, "ended_by_the_other": 5, "done": 5, "done_twice": 0}
    for refused, passed in ((5, True), (4, False)):
        figure = Figure(bar="i3-4", tier="ci", folder=tmp_path)
        i3_04._record_zombies(figure, "sqlite", facts | {"refused": refused})
        assert figure.passed is passed


@pytest.mark.slow
@pytest.mark.needs("postgres")
def test_a_claim_without_care_is_seen_on_postgres() -> None:
    assert scenes.naive_claims("postgres", items=300, processes=4)["handed_twice"] > 0


@pytest.mark.slow
def test_poison_is_parked_and_the_others_go_on() -> None:
    found = scenes.poison("sqlite", items=20, poisoned=1, per_second=20.0, lease_seconds=0.5)
    assert (found["parked"], found["others"], found["left"], found["others_twice"]) == (1, 20, 0, 0)
    assert found["deaths"] == 3 and found["longest_seconds"] < 5


@pytest.mark.slow
def test_timers_come_due_and_urgent_jobs_beside_them() -> None:
    found = scenes.timers("sqlite", 60, 5)
    assert (found["done"], found["urgent_done"], found["left"], found["early"]) == (60, 5, 0, 0)
    assert 0 < found["bytes"] < 1 << 30


@pytest.mark.slow
def test_a_rate_is_more_than_nothing() -> None:
    found = scenes.rates("sqlite", 20)
    assert found["per_second"] > 0 and found["commits_per_second"] > 0
