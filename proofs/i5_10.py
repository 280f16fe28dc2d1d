"""Bar 10: the guard's tests on Python 3.11 with its pins, and on newer ones with the newest mitmproxy.

A newer Python gets an environment of its own from ``requirements/guard-test.in``, which has lower
bounds alone: whatever resolves today is tested. The short tier runs the tests of
the addon on the pinned environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from proofs.figure import Figure, Tier, script
from proofs.guarded_home import GUARD_PYTHON
from proofs.machine import ROOT

BAR, REPLAY = "i5-10", "make proofs BAR=i5-10"
#: Minor versions of Python 3 that are looked for.
NEWER = range(12, 20)
#: Seconds that an environment, and its tests, may take.
SECONDS_MAX = 1_500
TESTS = {"full": ("tests/prevent/guard",), "ci": ("tests/prevent/guard/proxy/test_addon.py",)}
#: As many tests at least, so that a run that collects too few is no pass.
TESTS_MIN = {"full": ">= 2000", "ci": ">= 50"}
_SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", re.MULTILINE)


def newer() -> Iterator[Path]:
    """Every newer Python that starts."""
    for minor in NEWER:
        found = shutil.which(f"python3.{minor}")
        if found and _said(Path(found), "-c", "import venv; print('here')") == "here":
            yield Path(found)


def _said(python: Path, *words: str) -> str:
    done = subprocess.run([python, *words], capture_output=True, text=True, timeout=60, cwd=ROOT)
    return done.stdout.strip()


def environment(python: Path, folder: Path) -> Path:
    """The Python of an environment with the newest of everything."""
    subprocess.run([python, "-m", "venv", folder], check=True, timeout=SECONDS_MAX)
    inside = folder / "bin" / "python"
    quiet: list[str | Path] = [
        inside,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    subprocess.run([*quiet, "-r", ROOT / "requirements" / "guard-test.in"], check=True, timeout=SECONDS_MAX)
    own = [*quiet, "--no-deps", "--no-build-isolation", "-e", ROOT]
    subprocess.run(own, check=True, timeout=SECONDS_MAX)
    return inside


def judge(figure: Figure, python: Path, tier: Tier) -> None:
    """The tests on one environment."""
    version = _said(python, "-c", "import platform; print(platform.python_version())")
    program = "from importlib.metadata import version; print(version('mitmproxy'))"
    figure.note(f"Python {version} with mitmproxy {_said(python, '-c', program)}")
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "tests/guard.ini", "--rootdir", "."]
    done = subprocess.run(
        [python, *words, *TESTS[tier]],
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    found = _SUMMARY.findall(done.stdout)
    passed, failed, skipped = map(int, found[-1]) if found else (0, 1, 0)
    if done.returncode or failed:
        figure.failure(REPLAY, f"Python {version}: {done.stdout[-1500:]}")
    figure.record(f"Python {version}: tests passed", passed, "tests", bar=TESTS_MIN[tier])
    figure.record(f"Python {version}: tests failed", failed, "tests", bar="== 0")
    figure.record(f"Python {version}: tests skipped", skipped, "tests")


def main(tier: Tier) -> int:
    """The pinned environment, then every newer Python."""
    figure = Figure(bar=BAR, tier=tier)
    if not GUARD_PYTHON.exists():
        figure.failure(REPLAY, "the guard's environment is missing (make .venv-guard/.stamp-guard)")
        return figure.save()
    judge(figure, GUARD_PYTHON, tier)
    found = list(newer()) if tier == "full" else []
    figure.count("newer Pythons", len(found))
    for python in found:
        with tempfile.TemporaryDirectory(prefix="guard-i5-10-") as name:
            judge(figure, environment(python, Path(name) / "venv"), tier)
    if not found:
        figure.note("no newer Python was tried" + ("" if tier == "full" else ": the short tier tries none"))
    return figure.save()


if __name__ == "__main__":
    script(main)
