"""What `.ci/run` answers: its last line sums the tests, and its exit code is that of the worst step."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.reading import ROOT

#: What the script calls besides make. No apt-get: nothing is installed here.
PROGRAMS = ("bash", "cat", "dirname", "env", "grep", "head", "mktemp", "rm", "tail", "tee")

MAKE = """#!/usr/bin/env bash
echo "make: $1 $TUTELA_REQUIRE"
case $1 in
    check) echo "{house}" ;;&
    test) echo "{closing}" ;;
    "$BREAKS") echo "FAILED tests/test_it.py::test_that" ;;
esac
[ "$1" != "$BREAKS" ]
"""


def run(folder: Path, *, closing: str, breaks: str = "", house: str = "") -> subprocess.CompletedProcess[str]:
    programs = folder / "programs"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).symlink_to(str(shutil.which(name)))
    (programs / "make").write_text(MAKE.format(closing=closing, house=house))
    (programs / "make").chmod(0o755)
    (folder / "checkout/.ci").mkdir(parents=True)
    script = shutil.copy(ROOT / ".ci/run", folder / "checkout/.ci/run")
    environment = {"PATH": str(programs), "BREAKS": breaks, "TMPDIR": str(folder), "HOME": os.environ["HOME"]}
    return subprocess.run(
        [str(shutil.which("bash")), str(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_all_steps_pass(tmp_path: Path) -> None:
    done = run(tmp_path, closing="12 passed, 0 failed, 3 skipped")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "12 passed, 0 failed, 3 skipped"
    assert [line for line in done.stdout.splitlines() if line.startswith("== make")] == [
        "== make check",
        "== make test ARGS=--ignore=tests/house",
        "== make proofs TIER=ci",
    ]


def test_the_house_rules_that_the_check_ran_are_counted_too(tmp_path: Path) -> None:
    done = run(tmp_path, closing="12 passed, 0 failed, 3 skipped", house="5 passed, 0 failed, 1 skipped")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "17 passed, 0 failed, 4 skipped")


def test_a_house_rule_that_fails_is_a_failure(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        closing="12 passed, 0 failed, 3 skipped",
        house="5 passed, 2 failed, 0 skipped",
        breaks="check",
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "17 passed, 2 failed, 3 skipped")


@pytest.mark.parametrize("breaks", ["check", "proofs"])
def test_a_step_that_breaks_is_named_at_the_end_and_counts(tmp_path: Path, breaks: str) -> None:
    done = run(tmp_path, closing="12 passed, 0 failed, 3 skipped", breaks=breaks)
    assert done.returncode == 1
    *_, named, told, closing = done.stdout.splitlines()
    assert named.startswith(f"== not passed: make {breaks}")
    assert told == "FAILED tests/test_it.py::test_that"
    assert closing == "12 passed, 1 failed, 3 skipped"


@pytest.mark.parametrize(
    "closing", ["12 passed, 2 failed, 0 skipped", "no tests ran", "0 passed, 0 failed, 0 skipped"]
)
def test_failed_or_missing_tests_never_pass(tmp_path: Path, closing: str) -> None:
    assert run(tmp_path, closing=closing).returncode == 1


def test_what_is_skipped_for_want_of_a_package_is_demanded(tmp_path: Path) -> None:
    done = run(tmp_path, closing="1 passed, 0 failed, 0 skipped")
    assert "make: test compiler,peers" in done.stdout
