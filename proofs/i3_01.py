"""Bar 1: the hotline killed at its durable and sending calls, on both databases; nothing lost or doubled."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from proofs import machine
from proofs.faults.places import Databases, slots
from proofs.faults.real_world import RealFlow
from proofs.faults.sweep import Sweep, Swept, spread
from proofs.figure import Figure, Progress, Tier, script
from tests.needs import missing

BAR, REPLAY = "i3-1", "make proofs BAR=i3-1"
#: Points on each database (fault-injection.md FI-01), by tier; what is left of a stage's share another takes.
POINTS = {"full": 300, "ci": 60}
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}
#: Calls from each stage in one slice of work, so that a killed run goes on and templates stay fresh: a notice
#: is not sent whose content was last seen 15 minutes ago.
SLICE = 60


@contextmanager
def databases_of(kind: str) -> Iterator[Databases | None]:
    """None for SQLite; a throw-away server for PostgreSQL."""
    from tests.postgres import running_server

    server = running_server() if kind == "postgres" else nullcontext()
    with server as found:
        yield Databases(address=found.address("admin", "postgres")) if found else None


def orders(sweep: Sweep) -> dict[str, list[str]]:
    """The calls of each stage, untouched, in their order."""
    templates = sweep.templates()
    return {stage: sweep.counted(stage, templates[stage]) for stage in sweep.flow.stages}


def shares(lengths: dict[str, int], points: int) -> dict[str, int]:
    """How many points of each stage: all where they suffice, else evenly, the short stages whole."""
    left, found = points, {}
    for place, (stage, length) in enumerate(sorted(lengths.items(), key=lambda one: one[1])):
        found[stage] = min(length, -(-left // (len(lengths) - place)))
        left -= found[stage]
    return found


def numbers_of(sweep: Sweep, points: int) -> dict[str, list[int]]:
    """The numbers of the calls at which each stage is killed."""
    told = orders(sweep)
    share = shares({stage: len(order) for stage, order in told.items()}, points)
    return {stage: spread(told[stage], share[stage]) for stage in told}


def slice_of(kind: str, stage: str, numbers: Sequence[int]) -> dict[str, Any]:
    """One slice of one stage, on fresh templates."""
    with (
        databases_of(kind) as databases,
        slots(machine.cores() if machine.cores() < 3 else 2, databases) as two,
    ):
        sweep = Sweep(flow=RealFlow(), slots=two, replay=f"python -m proofs.i3_01 {kind}")
        return as_json(sweep.stage(stage, sweep.templates()[stage], numbers))


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


def planned(kind: str, points: int) -> dict[str, list[int]]:
    """Stage by stage, the calls that are hit on this database."""
    with databases_of(kind) as databases, slots(1, databases) as one:
        return numbers_of(Sweep(flow=RealFlow(), slots=one), points)


def swept(kind: str, points: int, progress: Progress) -> list[dict[str, Any]]:
    """Every slice on one database."""
    plan = progress.step(f"{kind} plan", lambda: planned(kind, points))
    found = []
    for stage, numbers in plan.items():
        for begin in range(0, len(numbers), SLICE):
            part = numbers[begin : begin + SLICE]
            name = f"{kind} {stage} {begin}"
            found.append(progress.step(name, lambda part=part, stage=stage: slice_of(kind, stage, part)))  # type: ignore[misc]  # the loop's values, kept
    return found


def record(figure: Figure, kind: str, slices: Sequence[dict[str, Any]], points: int) -> None:
    """One database's figures."""
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
    figure.record(f"{kind}: kinds of call never hit", len(called - hit.keys()), "calls", "== 0")
    lacking = sum(one["untouched"] < 1 for one in slices)
    figure.record(f"{kind}: slices without an untouched last run", lacking, "slices", "== 0")
    for name, what in (
        ("I1", "acknowledged reports lost"),
        ("I2", "notices twice, silently unsent, or in doubt and unseen"),
        ("I", "violations of I1 to I8"),
        ("recovery", "recoveries that failed"),
    ):
        figure.record(f"{kind}: {what}", sum(text.startswith(name) for text in texts), "cases", "== 0")
    doubts = sum(one["in_doubt"] for one in slices)
    figure.record(f"{kind}: notices in doubt, all listed", doubts, "notices", ">= 1")
    slowest = max(one["slowest_recovery"] for one in slices)
    figure.record(f"{kind}: slowest restart with the rest of the flow", slowest, "s")
    figure.table(f"{kind} calls hit", dict(hit))


def main(tier: Tier) -> int:
    """0 when nothing is lost, twice or silently unsent at any point."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue
        record(figure, kind, swept(kind, POINTS[tier], progress), POINTS[tier])
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
