"""Bar 10: a scan killed at 20 random moments and taken up gives the findings of an undisturbed one.

The command runs as a process of its own over many kinds of files, an archive and a disk image among them;
SIGKILL comes at a random moment of its run, then ``--resume`` ends it. Every third run is killed twice.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from proofs.figure import STATE, Figure, Progress, Tier, script
from proofs.million import million_list
from proofs.mixed import disk_image, files_of, various_files
from proofs.product import pdq_by_form, prints_of_path
from tutela.detect.media.pool import MediaPool

BAR = "i1-10"
#: Kills, and files of the folder, by tier. An archive of a third of the files lies beside them.
KILLS = {"ci": 6, "full": 20}
FILES = {"ci": 300, "full": 1_000}
SEED = 10
REPLAY = "make proofs BAR=i1-10"


def main(tier: Tier) -> int:
    """Exit code of the bar."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    place, listed = _prepare(FILES[tier], figure)
    whole = progress.step("undisturbed", lambda: _undisturbed(place, listed))
    figure.count("findings of the undisturbed run", len(whole["lines"]))
    moments = np.random.default_rng(SEED).uniform(0.05, 0.95, 2 * KILLS[tier])
    results = []
    for number in range(KILLS[tier]):
        kill = partial(_killed, place, listed, whole, moments, number)
        results.append(progress.step(f"kill {number}", kill))
    for number, result in enumerate(results):
        if result["wrong"]:
            figure.failure(REPLAY, f"kill {number}: {result['wrong']}")
    figure.record("scans killed and taken up", len(results), "scans", f">= {KILLS[tier]}")
    figure.record("kills in all", sum(result["kills"] for result in results), "kills")
    figure.record(
        "runs with other findings", sum(bool(result["wrong"]) for result in results), "runs", "== 0"
    )
    figure.record("places twice", sum(result["twice"] for result in results), "findings", "== 0")
    figure.record("findings kept over the first kill, median",
                  float(np.median([result["kept"] for result in results])), "findings")  # fmt: skip
    code = figure.save()
    progress.finish()
    return code


def _prepare(count: int, figure: Figure) -> tuple[Path, Path]:
    """The folder to scan (with an archive and a disk image where mke2fs is there), and a list."""
    folder = various_files(count)
    place = STATE / f"killing-{count}"
    if not (place / "READY").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (place / "files").symlink_to(folder)
        files = list(files_of(folder))
        with zipfile.ZipFile(place / "archive.zip", "w") as archive:
            for file in files[: count // 3]:
                archive.write(file, file.name)
        if disk_image(folder / "000", place / "disk.img") is None:
            figure.note("mke2fs is missing: no disk image among the places (apt-get install e2fsprogs)")
        (place / "READY").touch()
    with MediaPool(workers=1) as pool:
        values = [
            form.value
            for path in list(files_of(folder))[:40]
            for name, form in pdq_by_form(prints_of_path(pool, path)).items()
            if name == "f0/r0"
        ]
    return place, million_list(values[::2], f"killing-{count}", size=20_000)


def _command(place: Path, listed: Path, output: Path, *, resume: bool) -> list[str]:
    scanned = [str(place / "files" / ""), str(place / "archive.zip")]
    scanned += [str(image) for image in [place / "disk.img"] if image.exists()]
    options = ["--list", str(listed), "--output", str(output), "--workers", "2"]
    return [sys.executable, "-m", "tutela", "scan", *scanned, *options, *(["--resume"] if resume else [])]


def _undisturbed(place: Path, listed: Path) -> dict[str, Any]:
    output = STATE / "killing-output"
    shutil.rmtree(output, ignore_errors=True)
    began = time.monotonic()
    done = subprocess.run(_command(place, listed, output, resume=False), stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(f"the scan ended with {done.returncode}")
    return {"lines": _lines(output), "seconds": seconds}


def _killed(place: Path, listed: Path, whole: dict[str, Any], moments: Any, number: int) -> dict[str, Any]:
    """One scan killed once, or twice for every third, then run to its end and compared."""
    output = STATE / "killing-output"
    shutil.rmtree(output, ignore_errors=True)
    kills, kept = 0, 0
    for attempt in range(2 if number % 3 == 2 else 1):
        running = subprocess.Popen(
            _command(place, listed, output, resume=attempt > 0 and output.exists()), stdout=subprocess.DEVNULL
        )
        try:
            running.wait(whole["seconds"] * moments[2 * number + attempt] / (1 + attempt))
        except subprocess.TimeoutExpired:
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
            kills += 1
        if attempt == 0:
            kept = len(_lines(output))
    ended = subprocess.run(
        _command(place, listed, output, resume=(output / "journal.sqlite").exists()),
        stdout=subprocess.DEVNULL,
    )
    lines = _lines(output)
    places = Counter((one["path"], one["member"]) for one in map(json.loads, lines))
    twice = sum(count - 1 for count in places.values())
    return {
        "kills": kills,
        "kept": kept,
        "twice": twice,
        "wrong": _wrong(ended.returncode, lines, whole, output),
    }


def _lines(output: Path) -> list[str]:
    try:
        text = (output / "findings.jsonl").read_text("ascii")
    except FileNotFoundError:
        return []
    return sorted(line for line in text.split("\n") if line.endswith("}"))


def _wrong(code: int, lines: list[str], whole: dict[str, Any], output: Path) -> str:
    """What differs from the undisturbed run, or nothing."""
    if code not in (0, 1, 3):
        return f"the resumed scan ended with {code}"
    missing = set(whole["lines"]) - set(lines)
    foreign = set(lines) - set(whole["lines"])
    if missing or foreign:
        return f"{len(missing)} findings are missing, {len(foreign)} are others: {sorted(foreign)[:1]}"
    if len((output / "findings.csv").read_text("utf-8").splitlines()) <= len(lines):
        return "findings.csv is not complete"
    return ""


if __name__ == "__main__":
    script(main)
