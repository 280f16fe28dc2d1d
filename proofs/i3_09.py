"""Bar 9: tutela doctor names what is planted; a backup at any moment holds all that was acknowledged, and
what comes back sends nothing again; a house goes to the next release and back with everything in it.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from proofs.figure import Figure, Progress, Tier, script
from tests.hotline.backups.lived_in import (
    LOOK,
    NOTICES,
    PUBLIC,
    ROOT,
    TAKE_IN,
    acknowledged,
    keep_keys,
    lines,
)
from tests.hotline.house.mistakes import FAILS, told
from tests.hotline.house.next_release import AS_NEXT, next_release
from tests.postgres import OWNER, Server, running_server
from tests.processes.founded import environment, found_house, tutela
from tutela import __version__

BAR = "i3-9"
#: Backups at random moments on each database (fault-injection.md, FI-18: 10).
MOMENTS: dict[Tier, int] = {"full": 10, "ci": 2}
#: Seconds of load before the random moment, at most.
MOMENT_SECONDS = 3.0
_SEED = 309
#: Reports that come in while a backup is made: more than there is time for.
_MANY = "100000"


def doctored() -> dict[str, Any]:
    """Which planted mistakes are named, and which findings an untouched house fails."""
    with tempfile.TemporaryDirectory() as name:
        template = found_house(Path(name) / "template")
        unnamed = []
        for number, (mistake, (change, more, finding)) in enumerate(FAILS.items()):
            home = Path(shutil.copytree(template, Path(name) / str(number)))
            change(home)
            code, found = told(home, **more)
            if code != 1 or found.get(finding) != "fail":
                unnamed.append(mistake)
        _, found = told(template)
        return {
            "planted": len(FAILS),
            "unnamed": unnamed,
            "untouched": [k for k, v in found.items() if v == "fail"],
        }


@contextmanager
def house(folder: Path, server: Server | None, name: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """A founded house in a folder of its own, and the variables that lead to its database."""
    more = {}
    if server is not None:
        more = {"TUTELA_HOTLINE__DATABASE": empty_database(server, name)}
    home = folder / name
    done = tutela(home, "hotline", "init", "--demo", **more)
    if done.returncode:
        raise RuntimeError(done.stderr)
    yield home, more


def empty_database(server: Server, name: str) -> str:
    """The address of a new, empty database."""
    with server.connected("admin", "postgres") as database:
        database.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        database.execute(f"CREATE DATABASE {name} OWNER {OWNER}".encode())
    return server.address(OWNER, name)


def moments(tier: Tier, server: Server | None) -> dict[str, Any]:
    """Backups at random moments while reports come in, each brought back."""
    chance, rows = random.Random(_SEED), []
    with tempfile.TemporaryDirectory() as name, house(Path(name), server, "home") as (home, more):
        notices = acknowledged(lines(home, NOTICES, **more))
        for number in range(MOMENTS[tier]):
            folder = Path(name) / f"moment{number}"
            folder.mkdir()
            before = _backup_under_load(home, more, folder, chance.uniform(0, MOMENT_SECONDS))
            rows.append({**_brought_back(home, folder, server), "before": before, "notices": len(notices)})
    return {
        "moments": len(rows),
        "acknowledged": sum(len(row["before"]) for row in rows),
        "lost": sum(len(set(row["before"]) - set(row["reports"])) for row in rows),
        "to_send": sum(row["to_send"] for row in rows),
        "missing_notices": sum(row["notices"] - len(row["states"]) for row in rows),
        "broken_logs": sum(row["fsck"] != 0 for row in rows),
        "untold": sum(row["code"] != 1 for row in rows),
        "seconds": max(row["seconds"] for row in rows),
    }


def _backup_under_load(home: Path, more: dict[str, str], folder: Path, seconds: float) -> list[str]:
    """What was acknowledged before the backup was begun; the load goes on until the end."""
    acks = (folder / "acks").open("w+")
    busy = subprocess.Popen(
        [sys.executable, "-c", TAKE_IN, _MANY], cwd=ROOT, env=environment(home, **more), stdout=acks
    )
    try:
        while not (folder / "acks").stat().st_size:
            time.sleep(0.05)
        time.sleep(seconds)
        before = [
            line.split()[1] for line in (folder / "acks").read_text().splitlines() if line.count(" ") == 1
        ]
        done = tutela(home, "backup", str(folder / "backup"), "--to", PUBLIC, **more)
        if done.returncode:
            raise RuntimeError(done.stderr)
        time.sleep(0.2)
    finally:
        busy.kill()
        busy.wait()
        acks.close()
    tutela(home, "log", "checkpoint", **more)
    return [one for one in before if len(one) == len(before[0])]


def _brought_back(home: Path, folder: Path, server: Server | None) -> dict[str, Any]:
    new, more = folder / "new", {}
    if server is not None:
        more = {"TUTELA_HOTLINE__DATABASE": empty_database(server, "brought_back")}
    words = ("restore", str(folder / "backup"), *keep_keys(folder, home))
    begun = time.monotonic()
    done = tutela(new, *words, "--checkpoint", str(home / "checkpoints/last.note"), **more)
    seconds = time.monotonic() - begun
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    found = lines(new, LOOK, **more)
    states = [line[2] for line in found if line[0] == "NOTICE"]
    return {
        "code": done.returncode,
        "seconds": seconds,
        "reports": [line[1] for line in found if line[0] == "REPORT"],
        "states": states,
        "to_send": sum(state in ("queued", "sending") for state in states),
        "fsck": tutela(new, "log", "fsck", **more).returncode,
    }


def upgraded(server: Server | None) -> dict[str, Any]:
    """A house that goes to the next release and back, with reports before, in between and after."""
    with tempfile.TemporaryDirectory() as name, house(Path(name), server, "upgraded") as (home, more):
        package = next_release(Path(name) / "next")
        told_ids, steps = acknowledged(lines(home, TAKE_IN, "20", **more)), []
        for way in ("on", __version__):
            steps.append(int(lines(home, AS_NEXT, package, way, **more)[-1][1]))
            told_ids += acknowledged(lines(home, TAKE_IN, "20", **more))
        kept = {line[1] for line in lines(home, LOOK, **more) if line[0] == "REPORT"}
        return {
            "steps": steps,
            "lost": len(set(told_ids) - kept),
            "acknowledged": len(told_ids),
            "check": tutela(home, "hotline", "check", **more).returncode,
            "fsck": tutela(home, "log", "fsck", **more).returncode,
        }


def main(tier: Tier) -> int:
    """Exit code of the bar."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    _record_doctor(figure, progress.step("doctor", doctored))
    with running_server() as server:
        for database, one in (("SQLite", None), ("PostgreSQL", server)):
            _record_moments(
                figure, database, progress.step(f"moments {database}", partial(moments, tier, one))
            )
            _record_upgrade(figure, database, progress.step(f"upgrade {database}", partial(upgraded, one)))
    code = figure.save()
    progress.finish()
    return code


def _record_doctor(figure: Figure, found: dict[str, Any]) -> None:
    figure.record("doctor: misconfigurations planted", found["planted"], "mistakes", ">= 12")
    figure.record("doctor: of them not named", len(found["unnamed"]), "mistakes", "== 0")
    figure.record("doctor: failures of an untouched house", len(found["untouched"]), "findings", "== 0")
    for mistake in found["unnamed"]:
        figure.failure(f"make proofs BAR={BAR}", f"not named: {mistake}")


def _record_moments(figure: Figure, database: str, found: dict[str, Any]) -> None:
    name = f"{database}, backup while reports come in: "
    figure.record(f"{name}moments", found["moments"], "backups", "> 0")
    figure.record(f"{name}reports acknowledged before one was begun", found["acknowledged"], "reports", "> 0")
    figure.record(f"{name}of them lost after restore", found["lost"], "reports", "== 0")
    figure.record(f"{name}notices lost", found["missing_notices"], "notices", "== 0")
    figure.record(f"{name}notices that a sender would send again", found["to_send"], "notices", "== 0")
    figure.record(f"{name}logs that fsck finds broken", found["broken_logs"], "logs", "== 0")
    figure.record(f"{name}gaps to a newer checkpoint not told", found["untold"], "gaps", "== 0")
    figure.record(f"{name}longest restore", found["seconds"], "s", "<= 900")


def _record_upgrade(figure: Figure, database: str, found: dict[str, Any]) -> None:
    name = f"{database}, to the next release and back: "
    figure.record(f"{name}migrations each way", min(found["steps"]), "migrations", ">= 1")
    figure.record(f"{name}reports lost", found["lost"], "reports", "== 0")
    figure.record(
        f"{name}checks that fail afterwards", (found["check"] != 0) + (found["fsck"] != 0), "checks", "== 0"
    )


if __name__ == "__main__":
    script(main)
