"""Bar 1 of issue 5: every planted item ends as its host's character implies, on SQLite and on PostgreSQL.

The demonstration's four weeks are played in a process of their own, and judged from outside: removals,
notices, displays and letters against what the benign internet knows (``proofs.story_house``). The tier ``ci``
plays some hosts for as many days as a come-back takes, on SQLite.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from proofs.figure import Figure, Progress, Tier, script
from proofs.machine import ROOT
from tutela.demo.postgres_server import running_cluster

BAR, REPLAY = "i4-1", "make proofs BAR=i4-1"
#: Days by tier; a come-back after ten days is found by the look of the fourteenth.
DAYS = {"full": 28, "ci": 16}
#: Hosts of the short tier: what must not count as removed, what does, and whom nobody may write to.
HOSTS = {
    "full": (),
    "ci": (
        "comes-back.test",
        "says-removed.test",
        "geo.test",
        "moves.test",
        "liar.test",
        "own-contact.test",
    ),
}
#: Seconds after which a story hangs.
PATIENCE_SECONDS = 3_600


@contextmanager
def database(name: str) -> Iterator[str]:
    """The address of an empty database; empty for a file."""
    if name == "sqlite":
        yield ""
        return
    with running_cluster() as cluster:
        yield cluster.make_database("tutela")


def played(name: str, days: int, hosts: Sequence[str]) -> dict[str, Any]:
    """What a story on this database came to."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith("TUTELA_")}
    with database(name) as address, tempfile.TemporaryDirectory(prefix="tutela-story-") as folder:
        told = {"TUTELA_HOME": folder} | ({"TUTELA_HOTLINE__DATABASE": address} if address else {})
        command = [sys.executable, "-m", "proofs.story_house", str(days), *hosts]
        ran = subprocess.run(
            command, env=kept | told, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=PATIENCE_SECONDS
        )
        if ran.returncode:
            raise RuntimeError(f"the story on {name} ended with {ran.returncode}: {Path(folder)}")
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def record(figure: Figure, name: str, found: dict[str, Any]) -> None:
    """What was found on one database, against the bar."""
    least = 60 if figure.tier == "full" else 10
    figure.record(f"{name}: planted items", found["planted"], "items", bar=f">= {least}")
    figure.record(f"{name}: wrong", len(found["wrong"]), "items", bar="== 0")
    figure.record(f"{name}: counted as removed and not so", found["false_removals"], "items", bar="== 0")
    figure.record(f"{name}: come-backs found", found["came_back"], "items", bar=">= 5")
    figure.record(
        f"{name}: displays of what is byte-identical to a known one",
        found["known_shown"],
        "displays",
        bar="== 0",
    )
    figure.record(
        f"{name}: displays of an altered one before anybody was told",
        found["altered_looks"] / max(1, found["altered"]),
        "displays an item",
        bar="== 1",
    )
    figure.record(f"{name}: told of what is not theirs", len(found["strangers"]), "letters", bar="== 0")
    figure.record(
        f"{name}: wrong by the demonstration's own table", found["product_wrong"], "items", bar="== 0"
    )
    figure.record(f"{name}: the whole story", found["seconds"], "s")
    figure.count(f"{name}: letters", found["letters"])
    figure.count(f"{name}: second looks at altered ones", found["second_looks"])
    figure.table(f"{name}: planted by end", sorted(found["ends"].items()))
    for text in (*found["wrong"], *found["strangers"]):
        figure.failure(REPLAY, f"{name}: {text}")


def main(tier: Tier) -> int:
    """One story on each database."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for name in ("sqlite", "postgres") if tier == "full" else ("sqlite",):
        record(figure, name, progress.step(name, partial(played, name, DAYS[tier], HOSTS[tier])))
    progress.finish()
    return figure.save()


if __name__ == "__main__":
    script(main)
