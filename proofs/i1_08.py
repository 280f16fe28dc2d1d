"""Bar 8: 5,000 mixed JPEGs against a million hashes, against threatexchange's library; the cold start.

Both sides read the same files, make the fingerprints and look them up, in one process and alternating;
seconds are CPU seconds of everything each side starts (workers too), both kept on one processor. tutela
goes through the sandbox, with three digests, eight forms, journal and findings; threatexchange is
``PdqSignal.hash_from_file`` and ``PDQIndex.query``. Because it is slower it does every tenth file of the
mix. The ratio is the median of the pairs. Wall time on two workers is compared with one; it needs a quiet
machine.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np

from bench.cpu import one_core, tree_seconds
from proofs.figure import Figure, Progress, Tier, script, speed_bar
from proofs.million import SIZE, million_list, random_hashes
from proofs.mixed import files_of, mixed_jpegs
from proofs.product import pdq_by_form, prints_of_path
from tutela.detect.media.pool import MediaPool
from tutela.detect.scan.assembly import assemble
from tutela.detect.scan.findings import FindingsFile
from tutela.detect.scan.journal import Journal
from tutela.detect.scan.lists import open_lists
from tutela.detect.scan.recipe import Recipe
from tutela.detect.scan.sources import open_sources

BAR = "i1-8"
FILES = {"ci": 1_000, "full": 5_000}
PAIRS = {"ci": 3, "full": 5}
#: threatexchange does every tenth file.
STRIDE = 10
#: Files declared known (performance.md section 9).
KNOWN = 121
SEED = 11
COLD_STARTS = 9
REPLAY = "make proofs BAR=i1-8"


def main(tier: Tier) -> int:
    """Exit code of the bar."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    folder = mixed_jpegs(FILES[tier])
    known = progress.step("known", lambda: _known(folder))
    listed = million_list([bytes.fromhex(value) for value in known.values()], f"mixed-{FILES[tier]}")
    figure.count("files", FILES[tier])
    figure.count("hashes in the list", SIZE)
    figure.count("files declared known", len(known))
    peer = _Peer(list(known.values()))
    pairs = [_pair(progress, number, folder, listed, peer) for number in range(PAIRS[tier])]
    _record_pairs(figure, pairs, known)
    _record_workers(figure, progress, folder, listed)
    _record_cold_start(figure, progress, folder, listed)
    code = figure.save()
    progress.finish()
    return code


def _known(folder: Path) -> dict[str, str]:
    """Path and PDQ of the files that are declared known: the first ones of a shuffle that can be hashed."""
    files = list(files_of(folder))
    known: dict[str, str] = {}
    with MediaPool(workers=1) as pool:
        for number in np.random.default_rng(SEED).permutation(len(files)).tolist():
            form = pdq_by_form(prints_of_path(pool, files[number])).get("f0/r0")
            if form is not None:
                known[str(files[number])] = form.value.hex()
            if len(known) == min(KNOWN, len(files) // 8):
                break
    return known


class _Peer:
    """threatexchange's library path: hash from file, query its index. Built when first asked."""

    def __init__(self, known: list[str]) -> None:
        self._known, self._index = known, cast("Any", None)

    def index(self) -> Any:
        from threatexchange.signal_type.pdq.signal import PdqSignal

        if self._index is None:
            hashes = [*self._known, *(row.tobytes().hex() for row in random_hashes(SIZE - len(self._known)))]
            self._index = PdqSignal.get_index_cls().build(
                [(value, number) for number, value in enumerate(hashes)]
            )
        return self._index

    def run(self, folder: Path) -> dict[str, Any]:
        from threatexchange.signal_type.pdq.signal import PdqSignal

        index, found = self.index(), []
        files = list(files_of(folder))[::STRIDE]
        began = tree_seconds()
        for path in files:
            value = PdqSignal.hash_from_file(path)
            if value and index.query(value):
                found.append(str(path))
        return {"seconds": tree_seconds() - began, "files": len(files), "found": found}


def _tutela(folder: Path, listed: Path, workers: int) -> dict[str, Any]:
    """CPU and wall seconds of one scan, workers included, once lists and sandbox are open.

    The peer's index and imports are there before its seconds begin, too.
    """
    lists = open_lists([listed])
    with (
        tempfile.TemporaryDirectory(prefix="tutela-proof-") as place,
        MediaPool(workers=workers) as pool,
        Journal(Path(place) / "journal") as journal,
    ):
        sink = FindingsFile(Path(place) / "findings")
        scanner = assemble(Recipe(workers=workers), pool, lists, journal, sink)
        if pool.missing_layers:
            raise RuntimeError("the sandbox is not whole here: no figure of the product")
        began, wall = tree_seconds(), time.monotonic()
        outcome = scanner.run(open_sources([str(folder)]))
        seconds, wall = tree_seconds() - began, time.monotonic() - wall
        lines = [json.loads(line) for line in sink.lines()]
        sink.close()
    found = [line["path"] for line in lines if line["status"] == "candidate"]
    return {"seconds": seconds, "wall": wall, "files": outcome.files, "found": found, "lines": len(lines)}


def _pair(progress: Progress, number: int, folder: Path, listed: Path, peer: _Peer) -> dict[str, Any]:
    def measure() -> dict[str, Any]:
        peer.index()
        sides = {"tutela": lambda: _tutela(folder, listed, 1), "peer": lambda: peer.run(folder)}
        order = ["tutela", "peer"] if number % 2 == 0 else ["peer", "tutela"]
        with one_core():
            return {side: sides[side]() for side in order}

    pair: dict[str, Any] = progress.step(f"pair {number}", measure)
    return pair


def _record_pairs(figure: Figure, pairs: list[dict[str, Any]], known: dict[str, str]) -> None:
    per_file = {
        side: statistics.median(pair[side]["seconds"] / pair[side]["files"] for pair in pairs)
        for side in ("tutela", "peer")
    }
    ratio = statistics.median(
        (pair["peer"]["seconds"] / pair["peer"]["files"])
        / (pair["tutela"]["seconds"] / pair["tutela"]["files"])
        for pair in pairs
    )
    figure.record("tutela scan, CPU per file", per_file["tutela"] * 1e3, "ms")
    figure.record("threatexchange library, CPU per file", per_file["peer"] * 1e3, "ms")
    figure.record("tutela scan, per core", 1 / per_file["tutela"], "files/s")
    figure.record("ratio per core, median of the pairs", ratio, "x", speed_bar(">= 6.5", figure.tier))
    found = set(pairs[0]["tutela"]["found"])
    figure.record("known files not found by tutela", len(set(known) - found), "files", "== 0")
    missed = set(pairs[0]["peer"]["found"]) - found
    figure.record("files found by threatexchange and not by tutela", len(missed), "files", "== 0")
    figure.record(
        "files found besides the known ones (near-duplicates by their PDQ)", len(found - set(known)), "files"
    )
    if len({tuple(sorted(pair["tutela"]["found"])) for pair in pairs}) > 1:
        figure.failure(REPLAY, "two runs found different files")


def _record_workers(figure: Figure, progress: Progress, folder: Path, listed: Path) -> None:
    runs = [
        progress.step(f"workers {workers}, round {number}", partial(_tutela, folder, listed, workers))
        for number in range(3)
        for workers in (1, 2)
    ]
    ratios = [one["wall"] / two["wall"] for one, two in zip(runs[::2], runs[1::2], strict=True)]
    cpu = [two["seconds"] / one["seconds"] for one, two in zip(runs[::2], runs[1::2], strict=True)]
    linear = speed_bar(">= 1.6", figure.tier)
    figure.record("two workers against one, wall, best of three pairs", max(ratios), "x", linear)
    figure.record("two workers against one, CPU seconds, median", statistics.median(cpu), "x")
    figure.record("two workers, wall", max(run["files"] / run["wall"] for run in runs[1::2]), "files/s")


def _record_cold_start(figure: Figure, progress: Progress, folder: Path, listed: Path) -> None:
    one = next(files_of(folder))
    seconds = progress.step("cold start", lambda: [_cold_start(one, listed) for _ in range(COLD_STARTS)])
    median = statistics.median(seconds)
    limit = speed_bar("<= 0.6", figure.tier)
    figure.record("tutela match of one file against a million, wall, median", median, "s", limit)
    figure.record("tutela match of one file against a million, wall, best", min(seconds), "s")
    figure.note("the file system cache is warm, the processes are cold")


def _cold_start(file: Path, listed: Path) -> float:
    command = [
        os.path.join(os.path.dirname(sys.executable), "tutela"),
        "match",
        str(file),
        "--list",
        str(listed),
    ]
    began = time.monotonic()
    done = subprocess.run([*command, "--json"], stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"tutela match ended with {done.returncode}")
    return time.monotonic() - began


if __name__ == "__main__":
    script(main)
