"""Each invariant can fail: a violation is planted, found, and named; a world in order has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from proofs.faults.world import CHECKS, Lease, Notices, World, check_invariants

NOW = datetime(2026, 1, 1, tzinfo=UTC)

IN_ORDER = World(
    acknowledged=frozenset({"rep_a"}),
    reports=frozenset({"rep_a", "rep_unacknowledged"}),
    notices=Notices(
        states={"<sent>": "sent", "<waits>": "queued", "<doubt>": "in_doubt", "<refused>": "failed"},
        delivered={"<sent>": 1, "<doubt>": 1},
        listed=frozenset({"<doubt>"}),
        owed={"rep_a": ("<sent>",)},
    ),
    releases=(("itm_a", 4),),
    logged={"itm_a": 3, "itm_not_released": 5},
    leases=(
        Lease(of="job_a", holder="wrk_a", alive=True, seconds_left=600),
        Lease(of="job_b", holder="wrk_b", alive=False, seconds_left=40),
    ),
    retention_before={"itm_a": NOW},
    retention_after={"itm_a": NOW},
    counters={"reports": 2},
    recounted={"reports": 2},
    restart_seconds=2,
)

NOTICES: dict[str, dict[str, Any]] = {
    "twice": {"delivered": {"<sent>": 2, "<doubt>": 0}},
    "doubtful and twice": {"delivered": {"<sent>": 1, "<doubt>": 2}},
    "sent and not delivered": {"delivered": {}},
    "queued and delivered": {"delivered": {"<sent>": 1, "<waits>": 1}},
    "refused and delivered": {"delivered": {"<sent>": 1, "<refused>": 1}},
    "sending after recovery": {"states": {"<sent>": "sent", "<doubt>": "sending"}},
    "in no outbox": {"delivered": {"<sent>": 1, "<stray>": 1}},
    "doubt that nobody sees": {"listed": frozenset()},
    "doubt seen late": {"listed_seconds": 61.0},
    "silently unsent": {"owed": {}},
}
PLANTED: dict[str, list[dict[str, Any]]] = {
    "I1": [{"reports": frozenset({"rep_other"})}],
    "I2": [{"notices": replace(IN_ORDER.notices, **changed)} for changed in NOTICES.values()],
    "I3": [{"logged": {}}, {"logged": {"itm_a": 4}}],
    "I4": [{"log_faults": ("leaf 3 is not what the tree says",)}],
    "I5": [
        {"leases": (Lease(of="job_b", holder="wrk_b", alive=False, seconds_left=61),)},
        {"restart_seconds": 11},
    ],
    "I6": [{"canaries": ("hotline.sqlite-wal",)}],
    "I7": [{"retention_after": {}}, {"retention_after": {"itm_a": NOW + timedelta(seconds=1)}}],
    "I8": [{"counters": {"reports": 3}}, {"counters": {}}],
}


def test_a_world_in_order_breaks_nothing() -> None:
    assert check_invariants(IN_ORDER) == []
    assert check_invariants(World()) == []


@pytest.mark.parametrize(
    ("invariant", "change"),
    [(name, change) for name, changes in PLANTED.items() for change in changes],
    ids=[f"{name}-{place}" for name, changes in PLANTED.items() for place in range(len(changes))],
)
def test_a_planted_violation_is_found_and_named(invariant: str, change: dict[str, Any]) -> None:
    found = check_invariants(replace(IN_ORDER, **change))
    assert {one.invariant for one in found} == {invariant}
    assert all(one.text for one in found)
    assert str(found[0]).startswith(f"{invariant}: ")


def test_every_invariant_has_a_planted_violation() -> None:
    assert list(PLANTED) == list(CHECKS) == [f"I{number}" for number in range(1, 9)]
