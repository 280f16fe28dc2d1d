"""Bar 4: the mail server is down for a simulated 24 hours with 10,000 notices queued; then come all faults.

0 lost, 0 doubled, urgent first, on both databases. Counted are notices and the letters that carry them: each
notice stands in exactly one letter that arrived. Each database's day is a process of its own
(``proofs.mail_day``); a run that was killed goes on with the next one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from proofs.figure import Figure, Progress, Tier, bar_file, script
from proofs.i4_07 import environment
from proofs.machine import ROOT
from tests.needs import missing

BAR, REPLAY = "i4-4", "make proofs BAR=i4-4"
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}
#: Seconds of one database's day at the most.
SECONDS_MAX = 1_800


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """The environment that names a database of this kind: none for a file in the house."""
    if kind == "sqlite":
        yield {}
        return
    from tests.postgres import running_server

    with running_server() as server:
        yield {"TUTELA_HOTLINE__DATABASE": server.address("keeper")}


def day(kind: str, tier: Tier) -> dict[str, Any]:
    """What was measured on one database: the figure of its process. Raises RuntimeError without one."""
    with tempfile.TemporaryDirectory(prefix="tutela-i4-04-") as name, database(kind) as own:
        folder = Path(name)
        (folder / "home").mkdir(mode=0o700)
        command = [sys.executable, "-m", "proofs.mail_day", tier, str(folder)]
        subprocess.run(command, env={**environment(folder / "home"), **own}, cwd=ROOT, timeout=SECONDS_MAX)
        try:
            found: dict[str, Any] = json.loads((folder / f"{bar_file(BAR)}.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise RuntimeError(f"the day on {kind} did not end") from error
    return found


def take_over(figure: Figure, kind: str, found: dict[str, Any]) -> None:
    """The measured values of one database in the bar's own figure."""
    for name, number in found["n"].items():
        figure.count(f"{kind}: {name}", number)
    for one in found["figures"]:
        figure.record(f"{kind}: {one['name']}", one["value"], one["unit"], bar=one["bar"])
    for one in found["failures"]:
        figure.failure(REPLAY, f"{kind}: {one['text']}")
    for name, rows in found["tables"].items():
        figure.table(f"{kind}: {name}", rows)


def main(tier: Tier) -> int:
    """One day on each database."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue

        def measured(kind: str = kind) -> dict[str, Any]:
            return day(kind, tier)

        take_over(figure, kind, progress.step(kind, measured))
    if figure.passed:
        progress.finish()
    return figure.save()


if __name__ == "__main__":
    script(main)
