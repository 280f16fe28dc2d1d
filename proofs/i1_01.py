"""Bar 1: from a fresh clone to the report and green tests, with a compiler and without one; same findings.

Each variant is a clone of its own with its own environment. ``CC=/bin/false`` stands for a machine
without a compiler (decisions.md section 6): the arithmetic is then NumPy's. The smaller run leaves the
whole ``make test`` to ``.ci/run``, which runs it in a fresh clone anyway, and tests the fallback's rooms.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.figure import STATE, Figure, Progress, Tier, script

BAR = "i1-1"
#: What each variant changes in the environment.
VARIANTS: Mapping[str, Mapping[str, str]] = {
    "with a compiler": {},
    "without a compiler": {"CC": "/bin/false", "CXX": "/bin/false"},
}
#: Tests of the smaller run: the rooms that the fallback serves.
ROOMS = "tests/arithmetic tests/detect/fingerprints tests/detect/matching"
#: Targets of decisions.md section 6: a fresh demo installs in a minute and 450 MB; the tests take 12 minutes.
DEMO_INSTALL_SECONDS, DEMO_MEGABYTES, TEST_SECONDS = 60, 450, 720
#: Wall seconds after which a step counts as hung.
PATIENCE_SECONDS = 1500
SUMMARY = re.compile(r"(\d+) passed, (\d+) failed, (\d+) skipped")

Row = dict[str, Any]


def main(tier: Tier) -> int:
    """0 when both variants end with the report, green tests and the same findings."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    commit = progress.step("commit", head)
    figure.note(f"cloned commit {commit}")
    rows = {}
    for name in VARIANTS:
        rows[name] = progress.step(f"demo {name}", partial(demo, name, commit))
        rows[name] |= progress.step(f"test {name}", partial(tests, name, tier))
        _record(figure, name, rows[name], tier)
    _compare(figure, rows)
    code = figure.save()
    progress.finish()
    shutil.rmtree(STATE / "clones", ignore_errors=True)
    return code


def head() -> str:
    """The commit that both variants are cloned at."""
    command = ["git", "-C", str(machine.ROOT), "rev-parse", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def demo(name: str, commit: str) -> Row:
    """A fresh clone, ``make demo``: wall seconds, megabytes, exit code, findings.

    Without the hotline, whose story is bar i4-1's: here it is told that a newcomer's install works.
    """
    folder = clone_folder(name)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", str(machine.ROOT), str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", commit], check=True)
    start = time.monotonic()
    code, output = make(name, "demo", "ARGS=--exit --no-hotline")
    seconds = time.monotonic() - start
    said = re.search(r"\((\d+) seconds in all\)", output)
    report = folder / "tutela-demo/findings/report.html"
    return {
        "demo_code": code,
        "demo_seconds": seconds,
        "install_seconds": seconds - float(said.group(1)) if said else seconds,
        "megabytes": megabytes(folder / ".venv"),
        "report": report.is_file(),
        "native": any((folder / "src/tutela").glob("_kernels*.so")),
        "findings": findings(folder / "tutela-demo/findings/findings.jsonl"),
        "end": output[-2000:] if code else "",
    }


def tests(name: str, tier: Tier) -> Row:
    """``make test`` in the clone: wall seconds, exit code, counts."""
    start = time.monotonic()
    arguments = ["test"] if tier == "full" else ["test", f"ARGS={ROOMS}"]
    code, output = make(name, *arguments)
    counts = SUMMARY.findall(output)
    passed, failed, skipped = (int(number) for number in counts[-1]) if counts else (0, 0, 0)
    return {
        "test_code": code,
        "test_seconds": time.monotonic() - start,
        "passed": passed,
        "failed": failed,
        "skipped": skipped,
        "test_end": output[-4000:] if code else "",
    }


def clone_folder(name: str) -> Path:
    """Where the clone of a variant lies; ``shared`` lies beside it as beside the checkout."""
    folder = STATE / "clones" / name.replace(" ", "-")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside, here = folder.parent / "shared", machine.ROOT.parent / "shared"
    if here.is_dir() and not beside.exists():
        beside.symlink_to(here)
    return folder


def make(name: str, *arguments: str) -> tuple[int, str]:
    """Exit code and output of ``make`` in the clone, in an environment without our own virtual one."""
    environment = clean(os.environ) | dict(VARIANTS[name])
    done = subprocess.run(
        ["make", *arguments],
        cwd=clone_folder(name),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    return done.returncode, done.stdout


def clean(outer: Mapping[str, str]) -> dict[str, str]:
    """``outer`` without this virtual environment, our import paths, make's own flags and thread limits."""
    dropped = ("PYTHON", "VIRTUAL_ENV", "TUTELA_", "MAKE", "MFLAGS", "BAR", "TIER", "ARGS")
    kept = {name: value for name, value in outer.items() if not name.startswith(dropped)}
    ours = str(machine.ROOT)
    paths = [path for path in kept.get("PATH", "").split(os.pathsep) if not path.startswith(ours)]
    return kept | {"PATH": os.pathsep.join(paths)}


def megabytes(folder: Path) -> float:
    """Size of the regular files below ``folder``, in MB."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def findings(path: Path) -> list[list[Any]]:
    """The findings as far as two runs can share them: entry ids are keyed by a random salt of each list."""
    if not path.is_file():
        return []
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return sorted(
        [
            line["path"], line["member"] or "", line["sha256"] or "", line["status"], line["reason"],
            sorted([match["kind"], match["form"], match["confirmed"] or ""] for match in line["matches"]),
        ]
        for line in lines
    )  # fmt: skip


def _record(figure: Figure, name: str, row: Row, tier: Tier) -> None:
    full = tier == "full"
    figure.record(f"{name}: make demo, exit code", row["demo_code"], "", "== 0")
    figure.record(f"{name}: report written", row["report"], "yes=1", "== 1")
    figure.record(f"{name}: native kernel built", row["native"], "yes=1", f"== {int(not VARIANTS[name])}")
    figure.record(f"{name}: demo installed in", row["install_seconds"], "s")
    figure.record(f"{name}: demo's environment", row["megabytes"], "MB", f"<= {DEMO_MEGABYTES}")
    figure.record(f"{name}: make demo in all", row["demo_seconds"], "s")
    figure.record(f"{name}: make test, exit code", row["test_code"], "", "== 0")
    figure.record(f"{name}: tests passed", row["passed"], "tests", ">= 1")
    figure.record(f"{name}: tests failed", row["failed"], "tests", "== 0")
    figure.record(f"{name}: tests skipped", row["skipped"], "tests")
    figure.record(f"{name}: make test took", row["test_seconds"], "s", f"<= {TEST_SECONDS}" if full else "")
    for what in ("end", "test_end"):
        if row[what]:
            figure.failure(f"make proofs BAR={BAR}", row[what])


def _compare(figure: Figure, rows: Mapping[str, Row]) -> None:
    compiled, fallback = (rows[name]["findings"] for name in VARIANTS)
    figure.count("findings", len(compiled))
    figure.record("findings of the demo", len(compiled), "findings", ">= 1")
    differing = [line for line in compiled if line not in fallback] + [
        line for line in fallback if line not in compiled
    ]
    figure.record("findings that differ without a compiler", len(differing), "findings", "== 0")
    figure.table("differing", differing)


if __name__ == "__main__":
    script(main)
