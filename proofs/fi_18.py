"""FI-18: a backup at a random moment, the work goes on, the house is lost, and the old backup is restored."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.faults.flow import Place, Template, must_run, python, ran
from proofs.faults.places import Slot, slots
from proofs.faults.real_world import RealFlow
from proofs.faults.sweep import Sweep
from proofs.faults.world import check_invariants
from proofs.figure import Figure, Progress, Tier, script
from proofs.i3_01 import databases_of
from tests.needs import missing

BAR, REPLAY = "fi-18", "make proofs BAR=fi-18"
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}
#: Backups and restores (FI-18: 10), by tier; each before or while one of the stages runs.
MOMENTS = {"full": 10, "ci": 3}
#: Seconds after the beginning of a stage at which the backup begins, at most.
DELAY_SECONDS = 1.0
#: What a backup leaves out and the house keeps by itself (shares of keys, envelopes; docs/how-to/keys.md).
KEPT_APART = ("keys", "fetch", "envelopes", "configuration", "index.key", "log.key", "login.key")
FLOW = RealFlow()


def moments(number: int) -> list[tuple[str, float]]:
    """Stages, in turn, with the moment of each backup in seconds after the stage's beginning; 0 before it."""
    chance = random.Random(18)
    stages = ("worker", "sender", "checker", "end")
    return [
        (stages[at % len(stages)], 0.0 if at < len(stages) else chance.uniform(0.1, DELAY_SECONDS))
        for at in range(number)
    ]


def backed_up(place: Place, stage: str, delay: float, folder: Path) -> tuple[Path, bool]:
    """The backup's file, made before the stage or while it runs, and whether it could be made."""
    public = must_run(python("tutela", "backup", "--new-key", str(folder / "backup.key")), place).said.strip()
    file = folder / "hotline.backup"
    shutil.copy(place.home / "log.pub", folder / "log.pub")
    running = None
    if delay and stage != "end":
        running = subprocess.Popen(
            FLOW.command(stage), cwd=machine.ROOT, env=place.environment(), stdout=subprocess.DEVNULL
        )
        try:
            running.wait(delay)
        except subprocess.TimeoutExpired:
            pass
    done = ran(python("tutela", "backup", str(file), "--to", public.splitlines()[-1]), place)
    if running is not None:
        running.wait(60)
    return file, done.exit == 0


def restored(place: Place, file: Path, folder: Path, database: str) -> Place:
    """The new house, with the keys that were kept apart."""
    home = place.home.with_name(place.home.name + "_new")
    shutil.rmtree(home, ignore_errors=True)
    new = replace(place, home=home, database=database)
    words = ["--key", str(folder / "backup.key"), "--log", str(folder / "log.pub")]
    must_run(python("tutela", "restore", str(file), *words), new)
    for name in KEPT_APART:
        source, target = place.home / name, home / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists() and not target.exists():
            shutil.copy2(source, target)
    return new


def one(slot: Slot, templates: dict[str, Template], stage: str, delay: float) -> dict[str, Any]:
    """One backup, what went on after it, its restoration, and what the new house is like."""
    place = slot.place_of(templates[stage])
    folder = place.home.with_name(place.home.name + "_taken")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file, made = backed_up(place, stage, delay, folder)
    FLOW.recover(place)  # the work went on: notices went out that the backup does not know
    before = place.delivered()
    database = slot.databases.make(f"{slot.name}_restored") if slot.databases else ""
    new = restored(place, file, folder, database)
    recovered = FLOW.recover(new)
    world = FLOW.world(new, templates[stage].acknowledged, recovered)
    known = {
        message: number
        for message, number in world.notices.delivered.items()
        if message in world.notices.states
    }
    world = replace(
        world,
        notices=replace(world.notices, delivered=known),
        retention_before=templates[stage].dates,
        retention_after=FLOW.dates(new),
    )
    addressed = Counter(
        found for message in place.sink.delivered for found in re.findall(rb"http://\S+", message.content)
    )
    return {
        "name": f"backup {'while' if delay else 'before'} {stage}",
        "made": made,
        "violations": [str(violation) for violation in check_invariants(world)],
        "again": sum((new.delivered() - before)[message] for message in before),
        "in_doubt": sum(state == "in_doubt" for state in world.notices.states.values()),
        "told_again": sum(number - 1 for number in addressed.values()),
    }


def measured(kind: str, number: int) -> list[dict[str, Any]]:
    """Every moment on one database."""
    with databases_of(kind) as databases, slots(1, databases) as (slot,):
        templates = Sweep(flow=FLOW, slots=[slot]).templates()
        return [one(slot, templates, stage, delay) for stage, delay in moments(number)]


def main(tier: Tier) -> int:
    """0 when a restored house lacks nothing acknowledged before the backup, and repeats no message."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue
        runs = progress.step(kind, partial(measured, kind, MOMENTS[tier]))
        for run in runs:
            for text in run["violations"]:
                figure.failure(REPLAY, f"{kind}, {run['name']}: {text}")
        figure.record(
            f"{kind}: backups restored", sum(run["made"] for run in runs), "houses", f"== {len(runs)}"
        )
        figure.record(
            f"{kind}: violations of I1 to I8", sum(len(run["violations"]) for run in runs), "cases", "== 0"
        )
        figure.record(
            f"{kind}: messages sent a second time", sum(run["again"] for run in runs), "messages", "== 0"
        )
        figure.record(f"{kind}: addresses told of again", sum(run["told_again"] for run in runs), "notices")
        figure.record(
            f"{kind}: notices in doubt after it", sum(run["in_doubt"] for run in runs), "notices", ">= 1"
        )
    figure.note("addresses told of again: the backup knew them as jobs, so a new notice of its own goes out")
    figure.note("PostgreSQL's own base backup with write-ahead log is the operator's: not measured here")
    code = figure.save()
    progress.finish()
    return code


if __name__ == "__main__":
    script(main)
