"""FI-19: the founding of a hotline, with all its migrations, killed at each call, on both databases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from proofs.faults.founding_flow import FoundingFlow, schema
from proofs.faults.injector import Fault
from proofs.faults.places import slots
from proofs.faults.sweep import Sweep, spread
from proofs.figure import Figure, Progress, Tier, script
from proofs.i3_01 import as_json, databases_of
from tests.needs import missing

BAR, REPLAY = "fi-19", "make proofs BAR=fi-19"
#: What is counted: on PostgreSQL every statement is a sendto; on SQLite what makes each one durable.
CALLS = {
    "sqlite": ("fdatasync", "fsync", "rename", "link", "ftruncate", "unlink"),
    "postgres": ("sendto", "fsync", "rename", "link"),
}
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}
#: Points in the short tier, and points in one step of the full one.
POINTS, STEP = 8, 100


def planned(kind: str) -> list[str]:
    """The calls of an untouched founding."""
    with databases_of(kind) as databases, slots(1, databases) as one:
        sweep = _sweep(kind, one)
        return sweep.counted("init", sweep.templates()["init"])


def _sweep(kind: str, some: Any) -> Sweep:
    return Sweep(
        flow=FoundingFlow(),
        slots=some,
        fault=Fault(kind="kill", when=1, calls=CALLS[kind]),
        replay=f"{REPLAY} # {kind}",
    )


def step_of(kind: str, order: list[str], numbers: list[int]) -> dict[str, Any]:
    """Some points, each compared with what an untouched founding makes."""
    with databases_of(kind) as databases, slots(2, databases) as two:
        sweep = _sweep(kind, two)
        templates = sweep.templates()
        right = schema(two[0].place_of(templates["end"]))
        sweep = replace(sweep, flow=FoundingFlow(right=right))
        return as_json(sweep.stage("init", templates["init"], numbers, order))


def main(tier: Tier) -> int:
    """0 when a founding that was killed goes on to the same database, wherever it was killed."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue
        _measure(figure, progress, kind, tier)
    figure.note("old and new workers side by side: there is one release so far")
    code = figure.save()
    progress.finish()
    return code


def _measure(figure: Figure, progress: Progress, kind: str, tier: Tier) -> None:
    order = progress.step(f"{kind} plan", lambda: planned(kind))
    numbers = spread(order, POINTS if tier == "ci" else len(order))
    found = []
    for begin in range(0, len(numbers), STEP):
        some = numbers[begin : begin + STEP]
        found.append(progress.step(f"{kind} {begin}", partial(step_of, kind, order, some)))
    violations = [pair for one in found for pair in one["violations"]]
    for replay, text in violations:
        figure.failure(replay, text)
    figure.record(
        f"{kind}: foundings that were killed",
        sum(one["killed"] for one in found),
        "kills",
        f">= {len(numbers)}",
    )
    figure.record(
        f"{kind}: foundings that did not go on to the same database", len(violations), "cases", "== 0"
    )


if __name__ == "__main__":
    script(main)
