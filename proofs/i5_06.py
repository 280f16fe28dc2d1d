"""Bar 6: after 1,000 blocks nothing of what was blocked is in any file or packet, and the guard calls
nobody.

Two guards, each in a network of its own in which every packet is captured: one of a person who keeps
nothing, one of a person who has blocks counted. Each blocks known files, near copies, pictures of the
stand-in class and broken ones, which come over TLS from a site whose name and paths are marks. Marks, host,
digests, PDQ values and runs of the pixels are looked for as bytes (``proofs.guard_traces``); that the
search and the capture find what is there is tested first. The host stands in the clear in what a browser
sends to open a connection, with a guard as without one, so it is looked for in files alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.figure import STATE, Figure, Progress, Tier, script
from proofs.guard_house import missing_guard
from proofs.i3_02 import NAMESPACE, namespace_trouble
from tutela.prevent.guard.person.discretion import offered

BAR, REPLAY = "i5-6", "make proofs BAR=i5-6"
BLOCKS = {"full": 1_000, "ci": 120}
#: Seconds in which a guard that has nothing to do is watched.
IDLE_SECONDS = {"full": 60.0, "ci": 2.0}
SECONDS_MAX = 900
#: What counting may change: the file, and with it the folder's own time of change.
COUNTED = ("counts", offered()[0].folder)


def traces(*, keep_nothing: bool, tier: Tier) -> dict[str, Any]:
    """What one guard left behind. Raises RuntimeError where it did not run."""
    STATE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="traces-", dir=STATE) as name:
        told = Path(name, "told")
        wanted = {"keep_nothing": keep_nothing, "blocks": BLOCKS[tier], "idle_seconds": IDLE_SECONDS[tier]}
        told.write_text(json.dumps(wanted), encoding="utf-8")
        command = [*NAMESPACE, sys.executable, "-m", "proofs.guard_traces", str(told)]
        done = subprocess.run(
            command,
            cwd=machine.ROOT,
            env=os.environ | {"TRACES_FOLDER": name},
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def record(figure: Figure, who: str, run: dict[str, Any], blocks: int) -> None:
    """What one run left, against the bar."""
    figure.count(f"{who}: needles", run["needles"])
    figure.count(f"{who}: files looked through", run["files"] + 1)
    figure.count(f"{who}: packets", run["packets"])
    figure.record(f"{who}: blocks", run["blocks"].get("blocked", 0), "pictures", f">= {blocks}")
    figure.record(f"{who}: pictures that came through", run["blocks"].get("shown", 0), "pictures", "== 0")
    figure.record(f"{who}: kinds of needle that the search would miss", len(run["missed"]), "", "== 0")
    figure.record(f"{who}: files with a trace", len(run["in_files"]), "files", "== 0")
    figure.record(f"{who}: traces in what the guard prints", len(run["said"]), "needles", "== 0")
    figure.record(f"{who}: traces in packets", len(run["in_packets"]), "pictures", "== 0")
    figure.record(f"{who}: packets that the capture lost", run["lost"], "packets", "== 0")
    others = sum(run["other_connections"].values())
    figure.record(f"{who}: connections of the guard itself", others, "connections", "== 0")
    figure.record(f"{who}: datagrams", run["datagrams"], "datagrams", "== 0")
    seen = sum(run["own_connections"].values())
    figure.record(f"{who}: connections that the capture saw, browser and site", seen, "connections", ">= 12")
    figure.record(f"{who}: files open for writing", len(run["writing"]), "files", "== 0")
    figure.note(f"{who}: empty file systems of the run: {', '.join(run['temporary']) or 'none'}")
    for kind in ("writing", "in_files", "said", "in_packets", "other_connections"):
        for one in run[kind]:
            figure.failure(REPLAY, f"{who}: {kind}: {one}")


def main(tier: Tier) -> int:
    """0 when nothing is left and nobody was called."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    trouble = missing_guard() or namespace_trouble()
    if trouble:
        figure.failure(REPLAY, trouble)
        return figure.save()
    nothing = progress.step("nothing", lambda: traces(keep_nothing=True, tier=tier))
    record(figure, "keeps nothing", nothing, BLOCKS[tier])
    figure.record("keeps nothing: files that differ from before", len(nothing["differing"]), "files", "== 0")
    counted = progress.step("counted", lambda: traces(keep_nothing=False, tier=tier))
    record(figure, "has blocks counted", counted, BLOCKS[tier])
    others = [path for path in counted["differing"] if Path(path).name not in COUNTED]
    figure.record("has blocks counted: other files that differ", len(others), "files", "== 0")
    for path in [*nothing["differing"], *others]:
        figure.failure(REPLAY, f"differs: {path}")
    code = figure.save()
    progress.finish()
    return code


if __name__ == "__main__":
    script(main)
