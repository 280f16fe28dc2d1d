"""Bar 3: the whole chain killed at its durable and sending calls, on both databases: what bar i3-1 asks."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any

from proofs import i3_01, machine
from proofs.faults.places import slots
from proofs.faults.real_world import ChainFlow
from proofs.faults.sweep import Sweep, spread
from proofs.figure import Figure, Progress, Tier, script
from tests.needs import missing

BAR, REPLAY = "i4-3", "make proofs BAR=i4-3"
#: Points on each database by tier, spread over the calls, the first and the last of each kind among them.
POINTS = {"full": 400, "ci": 12}
#: Kills that there have to be at least: those of the bar, and of the short tier all.
LEAST = {"full": 300, "ci": 12}
#: Stages of the short tier: the others are much like those of bar i3-1.
SHORT = ("worker", "review", "telling", "undoing")
COMMAND = "python -m proofs.i4_03"


def swept(kind: str, progress: Progress) -> list[dict[str, Any]]:
    """Every step of the full tier on one database."""
    plan = progress.step(f"{kind} plan", lambda: i3_01.planned(kind, POINTS["full"], flow=ChainFlow()))
    found: list[dict[str, Any]] = []
    for place, parts in enumerate(i3_01.steps_of(plan)):
        done = partial(i3_01.step_of, kind, plan, parts, flow=ChainFlow(), replay=COMMAND)
        found += progress.step(f"{kind} {place}", done)
    return found


def swept_at_once(kind: str) -> list[dict[str, Any]]:
    """The short tier: the templates are made once."""
    with i3_01.databases_of(kind) as databases, slots(min(2, machine.cores()), databases) as two:
        sweep = Sweep(flow=ChainFlow(), slots=two, replay=f"{COMMAND} {kind}")
        templates = sweep.templates()
        orders = {stage: sweep.counted(stage, templates[stage]) for stage in SHORT}
        share = i3_01.shares({stage: len(order) for stage, order in orders.items()}, POINTS["ci"])
        return [
            i3_01.as_json(sweep.stage(stage, templates[stage], spread(order, share[stage]), order))
            for stage, order in orders.items()
        ]


def main(tier: Tier) -> int:
    """0 when nothing is lost, twice or silently unsent at any point."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in i3_01.DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue
        found = swept(kind, progress) if tier == "full" else swept_at_once(kind)
        i3_01.record(figure, kind, found, tier, least=LEAST[tier])
    figure.note(
        "two reports, a registry, an analyst, letters, a second look that says no, a retraction, looks"
    )
    code = figure.save()
    progress.finish()
    return code


def replayed(kind: str, stage: str, number: int) -> int:
    """0 when one point breaks nothing; prints what it broke: ``python -m proofs.i4_03 sqlite sender 7``."""
    with i3_01.databases_of(kind) as databases, slots(1, databases) as one:
        sweep = Sweep(flow=ChainFlow(), slots=one)
        point = sweep.point(stage, sweep.templates()[stage], number, one[0])
    print(point)
    return int(bool(point.violations))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        sys.exit(replayed(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    os.umask(0o077)
    script(main)
