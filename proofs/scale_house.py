"""What a hotline of a million reports needs: each page's time, backup, doctor.

Part of ``make bench-scale`` and the second half of bar 5 of issue 5: a database with 1,000,000 reports,
6,000,000 notices and 250,000 watched places, on SQLite and on PostgreSQL, every page within a second. Rows
are put in past the application (``house_rows``); every step is a process of its own (``house_steps``). About
15 GB of disk; the figures stand in ``docs/figures/scale_house.json``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.figure import FIGURES, STATE, Figure, Progress, Tier, script, write_json
from tests.postgres import running_server
from tutela.processes.starting import python_command

NAME = "scale_house"
REPORTS: dict[Tier, int] = {"full": 1_000_000, "ci": 10_000}
DATABASES = ("sqlite", "postgres")
#: Seconds for a page (issue 5); queries of a page: the page of figures has one for each day and state.
SECONDS_BAR, QUERIES_BAR = "<= 1", "<= 120"
#: Answers that a page gives: shown, led on to the sign-in, refused to this role, nothing there.
ANSWERS = (200, 302, 403, 404)
#: Pages that the figure names, the slowest first.
SLOWEST = 15
REPLAY = "make bench-scale"

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A house in a folder, on a database; ``files``: the folder that holds the database's files."""

    home: Path
    files: Path
    admin: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Of each step."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
        paths = os.pathsep.join((str(machine.ROOT / "src"), str(machine.ROOT)))
        return {**kept, "PYTHONPATH": paths, "TUTELA_HOME": str(self.home), **self.settings}

    def step(self, name: str, *given: str) -> Row:
        """What one step printed."""
        command = [sys.executable, "-m", "proofs.house_steps", name, *given]
        done = subprocess.run(
            command, cwd=machine.ROOT, env=self.environment(), capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr[-2_000:]}")
        found: Row = json.loads(done.stdout.splitlines()[-1])
        return found

    def command(self, *words: str) -> Row:
        """How long a command of tutela took, its CPU and its memory, the largest of its processes."""
        began = time.monotonic()
        process = subprocess.Popen(
            python_command(words), cwd=machine.ROOT, env=self.environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return {
            "seconds": time.monotonic() - began,
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "memory_bytes": used.ru_maxrss << 10,
            "code": process.returncode,
        }


@contextmanager
def place_of(kind: str) -> Iterator[Place]:
    """An empty house; nothing is left of it."""
    with tempfile.TemporaryDirectory(prefix="tutela-scale-") as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        if kind == "sqlite":
            yield Place(home=home, files=home)
            return
        with running_server() as server:
            admin = server.address("admin")
            yield Place(
                home=home, files=server.data, admin=admin, settings={"TUTELA_HOTLINE__DATABASE": admin}
            )


def measured(kind: str, reports: int) -> Row:
    """Everything about a house of this size on one database."""
    with place_of(kind) as place:
        founded = place.command("hotline", "init", "--demo")
        if founded["code"]:
            raise RuntimeError("the house was not founded")
        row: Row = {"fill": place.step("fill", str(reports), place.admin)}
        row["disk_bytes"] = _size_bytes(place.files)
        row["desk"] = place.step("desk", str(place.files))["visits"]
        row["public"] = place.step("public", str(place.files))["visits"]
        row["doctor"] = place.command("doctor")
        row["backup"] = _backup(place)
    return row


def _backup(place: Place) -> Row:
    """A backup of it all, which is then thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="tutela-scale-backup-"))
    try:
        key = subprocess.run(
            python_command(("backup", "--new-key", str(folder / "key"))), cwd=machine.ROOT,
            env=place.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True,
        ).stdout.split()[0]  # fmt: skip
        row = place.command("backup", str(folder / "backup"), "--to", key)
        return row | {"size_bytes": (folder / "backup").stat().st_size if not row["code"] else 0}
    finally:
        shutil.rmtree(folder)


def _size_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def record(figure: Figure, kind: str, row: Row, reports: int) -> None:
    """One database against the bar."""
    visits = [one for one in (*row["desk"], *row["public"]) if one["status"] != 403]
    size = f"{kind}, {reports:,} reports"
    figure.count(f"{kind}: pages, each as each role", len(row["desk"]) + len(row["public"]))
    figure.record(f"{size}: slowest page, at first", _most(visits, "first_seconds"), "s", SECONDS_BAR)
    figure.record(f"{size}: slowest page, again", _most(visits, "again_seconds"), "s", SECONDS_BAR)
    figure.record(f"{size}: most queries of a page", _most(visits, "queries"), "queries", QUERIES_BAR)
    scanned = sorted({table for one in visits for table in one["scanned"]})
    figure.record(f"{size}: large tables read from end to end", len(scanned), "tables", "== 0")
    for one in visits:
        if one["status"] not in ANSWERS:
            figure.failure(REPLAY, f"{kind}: {one['address']} answered {one['status']}")
        if one["scanned"]:
            figure.failure(REPLAY, f"{kind}: {one['address']} reads all of {', '.join(one['scanned'])}")
    figure.record(f"{size}: database on disk", row["disk_bytes"] / 1e9, "GB")
    for name in ("backup", "doctor"):
        figure.record(f"{size}: {name}", row[name]["seconds"], "s")
        figure.record(f"{size}: {name}, memory", row[name]["memory_bytes"] / 1e6, "MB")
    figure.record(f"{size}: backup that failed", int(row["backup"]["code"] != 0), "backups", "== 0")
    figure.table(kind, {name: found for name, found in row.items() if name not in ("desk", "public")})
    figure.table(f"{kind}: slowest pages", slowest(visits))


def _most(visits: Iterable[Row], name: str) -> float:
    return max(float(one[name]) for one in visits)


def slowest(visits: Iterable[Row]) -> list[Row]:
    """Addresses with the longest time that any role waited, at first and again, and the most queries."""
    found: dict[str, Row] = {}
    for one in visits:
        before = found.setdefault(one["address"], {"address": one["address"]})
        for name in ("first_seconds", "again_seconds", "queries"):
            before[name] = max(before.get(name, 0), one[name])
    return sorted(found.values(), key=lambda one: -max(one["first_seconds"], one["again_seconds"]))[:SLOWEST]


def main(tier: Tier) -> int:
    """0 when every page keeps its time on both databases."""
    figure, progress, reports = Figure(bar=NAME, tier=tier), Progress(f"{NAME}-1", tier), REPORTS[tier]
    for kind in DATABASES:
        record(figure, kind, progress.step(kind, partial(measured, kind, reports)), reports)
    figure.note("at first: the database's files are forgotten by the system's cache, the connection is new")
    figure.note("a page is asked for in the desk's own process, without the web server and the way to it")
    told = figure.as_json() | {"replay": REPLAY + (" TIER=ci" if tier == "ci" else "")}
    write_json((FIGURES if tier == "full" else STATE / "figures") / f"{NAME}.json", told)
    progress.finish()
    print(f"{NAME}  {'passed' if figure.passed else 'NOT PASSED'}", flush=True)
    return 0 if figure.passed else 1


if __name__ == "__main__":
    script(main)
