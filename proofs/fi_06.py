"""FI-06: too few handles, no further process, no further file name: no crash loop, and all heals."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from proofs.faults.flow import Place
from proofs.faults.full_disk import small_disk
from proofs.faults.limits import few_handles, no_more_processes
from proofs.faults.places import slots
from proofs.faults.real_world import RealFlow
from proofs.faults.settled import Settled, settled, under
from proofs.faults.sweep import Sweep
from proofs.figure import Figure, Progress, Tier, script

BAR, REPLAY = "fi-06", "make proofs BAR=fi-06"
#: Handles with which Python starts and Django's database does not.
HANDLES = 6
#: Bytes and names of the small disk.
DISK_BYTES, DISK_NAMES = 24 << 20, 200
STAGES = ("intake", "worker", "sender")
FLOW = RealFlow()


def handles(place: Place) -> Settled:
    """A process may open next to nothing."""
    said = under(FLOW, place, STAGES, lambda command: few_handles(command, HANDLES))
    return settled("handles", FLOW, place, said)


def processes(place: Place) -> Settled:
    """The system makes no further process or thread."""
    said = under(FLOW, place, STAGES, no_more_processes)
    return settled("processes", FLOW, place, said)


def names(place: Place) -> Settled:
    """The disk has room and takes no further file."""
    with small_disk(place.home, size_bytes=DISK_BYTES, inodes=DISK_NAMES) as disk:
        disk.fill_inodes()
        said = under(FLOW, place, STAGES)
        disk.free()
        return settled("names", FLOW, place, said)


KINDS: dict[str, Callable[[Place], Settled]] = {"handles": handles, "processes": processes, "names": names}


def measured() -> list[dict[str, Any]]:
    """Every kind, from the same place: one report waits as a job."""
    with slots(1) as (slot,):
        template = Sweep(flow=FLOW, slots=[slot]).templates()["worker"]
        found = []
        for kind in KINDS.values():
            one = kind(slot.place_of(template))
            errors = [len(ran.complained.splitlines()) for ran in one.said.values() if ran.exit]
            found.append({**one.as_json(), "ended": len(errors), "said_why": sum(map(bool, errors))})
        return found


def main(tier: Tier) -> int:
    """0 when each process ends with an error or goes on, nothing false is said, and all heals."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    if os.getuid() != 0:
        figure.failure(REPLAY, "only root may mount a small disk")
        return figure.save()
    runs = progress.step("runs", measured)
    for run in runs:
        for text in run["violations"]:
            figure.failure(REPLAY, f"{run['name']}: {text}")
        figure.record(
            f"{run['name']}: processes that ended without saying why",
            run["ended"] - run["said_why"],
            "runs",
            "== 0",
        )
    figure.record("kinds", len(runs), "kinds", "== 3")
    figure.record("violations of I1 to I8", sum(len(run["violations"]) for run in runs), "cases", "== 0")
    figure.record("slowest return to order", max(run["healed_seconds"] for run in runs), "s", "<= 30")
    figure.table("runs", runs)
    code = figure.save()
    progress.finish()
    return code


if __name__ == "__main__":
    script(main)
