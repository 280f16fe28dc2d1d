"""Bar 1: the hotline killed at its durable and sending calls, on both databases; nothing lost or doubled."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.faults.flow import Flow
from proofs.faults.places import Databases, slots
from proofs.faults.real_world import RealFlow
from proofs.faults.sweep import Sweep, Swept, spread
from proofs.figure import Figure, Progress, Tier, script
from tests.needs import missing

BAR, REPLAY = "i3-1", "make proofs BAR=i3-1"
#: Points on each database (fault-injection.md FI-01), by tier: at least so many of the full one, which sweeps
#: every call; so many of the short one, spread, the first and the last of each kind of call among them. Sixty
#: are swept by ``make test`` already.
POINTS = {"full": 300, "ci": 12}
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}
#: Points in one step, so that a killed run goes on and templates stay fresh: a notice is not sent whose
#: content was last seen 15 minutes ago.
STEP = 150
#: Seconds of a restart with the rest of the flow (FI-01: 10); a shared machine is slower.
RESTART_SECONDS = {"full": 10, "ci": 60}


@contextmanager
def databases_of(kind: str, parent: Path | None = None) -> Iterator[Databases | None]:
    """None for SQLite; a throw-away server for PostgreSQL, with all its files below ``parent``.

    It syncs nothing: its own death is no part of these sweeps (FI-07 is), and a copy of a database takes a
    tenth of the time.
    """
    from tests.postgres import running_server

    if kind != "postgres":
        yield None
        return
    with running_server(parent) as server:
        server.stop()
        server.start("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        yield Databases(address=server.address("admin", "postgres"))


def shares(lengths: Mapping[str, int], points: int) -> dict[str, int]:
    """How many points of each stage: all where they suffice, else evenly, the short stages whole."""
    left, found = points, {}
    for place, (stage, length) in enumerate(sorted(lengths.items(), key=lambda one: one[1])):
        found[stage] = min(length, -(-left // (len(lengths) - place)))
        left -= found[stage]
    return found


def planned(kind: str, points: int | None, *, flow: Flow | None = None) -> dict[str, Any]:
    """Of each stage: its calls in their order, and the numbers of those at which it is killed."""
    with databases_of(kind) as databases, slots(1, databases) as one:
        sweep = Sweep(flow=flow or RealFlow(), slots=one)
        templates = sweep.templates()
        told = {stage: sweep.counted(stage, templates[stage]) for stage in sweep.flow.stages}
    lengths = {stage: len(order) for stage, order in told.items()}
    share = lengths if points is None else shares(lengths, points)
    return {stage: {"order": told[stage], "numbers": spread(told[stage], share[stage])} for stage in told}


def steps_of(plan: Mapping[str, Any]) -> list[list[tuple[str, list[int]]]]:
    """The numbers of all stages, so many a step."""
    steps: list[list[tuple[str, list[int]]]] = [[]]
    for stage, one in plan.items():
        left = list(one["numbers"])
        while left:
            room = STEP - sum(len(numbers) for _, numbers in steps[-1])
            if room <= 0:
                steps.append([])
                continue
            steps[-1].append((stage, left[:room]))
            left = left[room:]
    return steps


def step_of(
    kind: str,
    plan: Mapping[str, Any],
    parts: Sequence[tuple[str, list[int]]],
    *,
    flow: Flow | None = None,
    replay: str = "python -m proofs.i3_01",
) -> list[dict[str, Any]]:
    """Some points of some stages, all from the same templates."""
    with databases_of(kind) as databases, slots(min(2, machine.cores()), databases) as two:
        sweep = Sweep(flow=flow or RealFlow(), slots=two, replay=f"{replay} {kind}")
        templates = sweep.templates()
        return [
            as_json(sweep.stage(stage, templates[stage], numbers, plan[stage]["order"]))
            for stage, numbers in parts
        ]


def as_json(swept: Swept) -> dict[str, Any]:
    """What a slice found, as it is kept."""
    return {
        "stage": swept.stage,
        "calls": swept.calls,
        "points": len(swept.points),
        "hit": dict(Counter(one.call for one in swept.points)),
        "killed": sum(one.exit != 0 for one in swept.points),
        "untouched": sum(one.exit == 0 for one in swept.untouched),
        "in_doubt": sum(one.in_doubt for one in swept.points),
        "slowest_recovery": max((one.recovery_seconds for one in swept.points), default=0.0),
        "violations": swept.violations,
    }


def swept(kind: str, tier: Tier, progress: Progress) -> list[dict[str, Any]]:
    """Every step on one database."""
    points = POINTS[tier] if tier == "ci" else None
    plan = progress.step(f"{kind} plan", lambda: planned(kind, points))
    found = []
    for place, parts in enumerate(steps_of(plan)):
        found += progress.step(f"{kind} {place}", partial(step_of, kind, plan, parts))
    return found


def record(
    figure: Figure, kind: str, slices: Sequence[dict[str, Any]], tier: Tier, *, least: int | None = None
) -> None:
    """One database's figures; ``least``: how many points there have to be."""
    points = least or POINTS[tier]
    texts = [text for one in slices for _, text in one["violations"]]
    for one in slices:
        for replay, text in one["violations"]:
            figure.failure(replay, text)
    hit = sum((Counter(one["hit"]) for one in slices), Counter[str]())
    called = {call for one in slices for call in one["calls"]}
    figure.record(f"{kind}: points", sum(one["points"] for one in slices), "kills", f">= {points}")
    figure.record(
        f"{kind}: kills that happened", sum(one["killed"] for one in slices), "kills", f">= {points}"
    )
    whole = tier == "full"  # the short tier is too short to meet each kind of call and leave a doubt
    figure.record(f"{kind}: kinds of call never hit", len(called - hit.keys()), "calls", "== 0" * whole)
    lacking = sum(one["untouched"] < 1 for one in slices)
    figure.record(f"{kind}: stages without an untouched last run", lacking, "stages", "== 0")
    for name, what in (
        ("I1", "acknowledged reports lost"),
        ("I2", "notices twice, silently unsent, or in doubt and unseen"),
        ("I", "violations of I1 to I8"),
        ("recovery", "recoveries that failed"),
    ):
        figure.record(f"{kind}: {what}", sum(text.startswith(name) for text in texts), "cases", "== 0")
    doubts = sum(one["in_doubt"] for one in slices)
    figure.record(f"{kind}: notices in doubt, all listed", doubts, "notices", ">= 1" * whole)
    slowest = max(one["slowest_recovery"] for one in slices)
    figure.record(
        f"{kind}: slowest restart with the rest of the flow", slowest, "s", f"<= {RESTART_SECONDS[tier]}"
    )
    figure.table(f"{kind} calls hit", dict(hit))


def main(tier: Tier) -> int:
    """0 when nothing is lost, twice or silently unsent at any point."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue
        record(figure, kind, swept(kind, tier, progress), tier)
    figure.note(
        "a kill is a SIGKILL before the call, by seccomp's user notification: docs/explanation/faults.md"
    )
    code = figure.save()
    progress.finish()
    return code


def replayed(kind: str, stage: str, number: int) -> int:
    """0 when one point breaks nothing; prints what it broke: ``python -m proofs.i3_01 sqlite sender 7``."""
    with databases_of(kind) as databases, slots(1, databases) as one:
        sweep = Sweep(flow=RealFlow(), slots=one)
        point = sweep.point(stage, sweep.templates()[stage], number, one[0])
    print(point)
    return int(bool(point.violations))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        sys.exit(replayed(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    os.umask(0o077)
    script(main)
