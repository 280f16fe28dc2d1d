"""FI-12: the wall clock jumps while the hotline runs, or it dies under a wrong one; then all is right."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from proofs.faults.clock_jumps import JUMPS, JumpingClock, library
from proofs.faults.flow import Place, Template, python, ran
from proofs.faults.injector import Fault
from proofs.faults.places import Slot, slots
from proofs.faults.real_world import RealFlow
from proofs.faults.settled import settled
from proofs.faults.sweep import Sweep
from proofs.figure import Figure, Progress, Tier, script

BAR, REPLAY = "fi-12", "make proofs BAR=fi-12"
#: Jumps in the short tier.
SHORT = ("a day on", "ten years back", "eleven minutes on", "at double speed")
#: Seconds into the run at which the clock jumps; the call at which the other run dies, amid the worker's job.
JUMP_SECONDS, KILL_AT = 0.7, 150
FLOW = RealFlow()


@contextmanager
def clock_of(place: Place) -> Iterator[tuple[JumpingClock, Place]]:
    """A clock, right at first, and the place whose processes see it."""
    clock = JumpingClock(file=place.home.with_name(f"{place.home.name}.clock"))
    clock.set("+0")
    yield clock, replace(place, extra=clock.environment())
    clock.file.unlink()


def jumping(slot: Slot, template: Template, name: str) -> dict[str, Any]:
    """The clock jumps while the whole flow runs."""
    place = slot.place_of(template)
    with clock_of(place) as (clock, jumped):
        timer = threading.Timer(JUMP_SECONDS, clock.set, (JUMPS[name],))
        timer.start()
        said = {"every": ran(FLOW.command("every"), jumped)}
        timer.join()
    return settled(f"{name}, while it runs", FLOW, place, said, template).as_json()


def dying(slot: Slot, template: Template, name: str) -> dict[str, Any]:
    """A flow under the wrong clock is killed; the next one has the right time."""
    place = slot.place_of(template)
    fault = Fault(kind="kill", when=KILL_AT)
    with clock_of(place) as (clock, jumped):
        clock.set(JUMPS[name])
        wrong = ["env", *(f"{key}={value}" for key, value in jumped.extra.items()), *FLOW.command("every")]
        said = {"every": ran(python("proofs.faults.injector", *fault.words(), "--", *wrong), place)}
    return settled(f"{name}, and killed", FLOW, place, said, template).as_json()


def measured(name: str) -> list[dict[str, Any]]:
    """Both runs under one jump."""
    with slots(1) as (slot,):
        template = Sweep(flow=FLOW, slots=[slot]).templates()["intake"]
        return [jumping(slot, template, name), dying(slot, template, name)]


def main(tier: Tier) -> int:
    """0 when no jump of the clock loses, doubles, or holds anything."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    if not library():
        figure.failure(REPLAY, "libfaketime is missing (apt-get install faketime)")
        return figure.save()
    names = tuple(JUMPS) if tier == "full" else SHORT
    runs = [run for name in names for run in progress.step(name, partial(measured, name))]
    for run in runs:
        for text in run["violations"]:
            figure.failure(REPLAY, f"{run['name']}: {text}")
    figure.record("jumps of the wall clock", len(names), "jumps", f">= {len(names)}")
    figure.record("runs", len(runs), "runs", f"== {2 * len(names)}")
    killed = sum(run["exits"]["every"] == 137 for run in runs)
    figure.record("runs that died under a wrong clock", killed, "runs", f"== {len(names)}")
    figure.record("violations of I1 to I8", sum(len(run["violations"]) for run in runs), "cases", "== 0")
    figure.table("runs", runs)
    code = figure.save()
    progress.finish()
    return code


if __name__ == "__main__":
    script(main)
