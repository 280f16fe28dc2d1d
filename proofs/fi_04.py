"""FI-04: a sync that fails, a disk without room for one write, a short write, at each call of every stage."""

from __future__ import annotations

from functools import partial
from typing import Any

from proofs.faults.errors import KINDS, failing
from proofs.faults.places import slots
from proofs.faults.real_world import RealFlow
from proofs.faults.sweep import Sweep
from proofs.figure import Figure, Progress, Tier, script

BAR = "fi-04"
#: Failing calls of each kind over all stages (fault-injection.md FI-04), by tier.
POINTS = {"full": 100, "ci": 6}
#: Reports of the flow: a report needs some 16 syncs.
REPORTS = {"full": 8, "ci": 1}


def swept(kind: str, stage: str, most: int, reports: int) -> dict[str, Any]:
    """One kind over one stage."""
    with slots(2) as two:
        sweep = Sweep(flow=RealFlow(reports=reports), slots=two, replay=f"python -m proofs.fi_04 # {kind}")
        found = failing(sweep, stage, sweep.templates()[stage], kind, most=most)
    return {
        "points": len(found.points),
        "failed": sum(one.exit != 0 for one in found.points),
        "violations": found.violations,
        "untouched": len(found.untouched),
    }


def main(tier: Tier) -> int:
    """0 when nothing was acknowledged after a failed sync and no state is wrong."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in KINDS:
        measure(figure, progress, kind, tier)
    figure.note(
        "on SQLite, where tutela writes itself; after a short write SQLite and the vault write the rest"
    )
    code = figure.save()
    progress.finish()
    return code


def measure(figure: Figure, progress: Progress, kind: str, tier: Tier) -> None:
    """One kind's figures; the stages with most calls come last and take what the others leave."""
    points = POINTS[tier]
    left, found = points, []
    order = ("sender", "checker", "intake", "worker")
    for place, stage in enumerate(order):
        most = -(-left // (len(order) - place)) if stage != order[-1] else left
        one = progress.step(f"{kind} {stage}", partial(swept, kind, stage, most, REPORTS[tier]))
        left -= one["points"]
        found.append(one)
    violations = [pair for one in found for pair in one["violations"]]
    for replay, text in violations:
        figure.failure(replay, text)
    number = sum(one["points"] for one in found)
    figure.record(f"{kind}: calls that failed", number, "calls", f">= {points}")
    figure.record(f"{kind}: processes that ended with an error", sum(one["failed"] for one in found), "runs")
    figure.record(f"{kind}: violations of I1 to I8", len(violations), "cases", "== 0")


if __name__ == "__main__":
    script(main)
