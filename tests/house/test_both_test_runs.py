"""`make test` runs tutela's tests and the guard's, each in its environment, and sums them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tools.both_test_runs import GUARD_TESTS, main, of_the_guard, of_the_rest


def test_each_test_runs_in_one_environment() -> None:
    assert of_the_rest(["-n", "2"]) == ["-n", "2", *(f"--ignore={one}" for one in GUARD_TESTS)]
    assert of_the_guard(["-n", "2"]) == ["-n", "2", *GUARD_TESTS]
    assert of_the_rest(["tests/kernel"]) == ["tests/kernel"] and of_the_guard(["tests/kernel"]) is None
    for folder in GUARD_TESTS:
        named = ["-x", f"{folder}/test_shapes.py"]
        assert of_the_guard(named) == named and of_the_rest(named) is None
        both = ["tests/kernel", folder]
        assert of_the_rest(both) == ["tests/kernel"] and of_the_guard(both) == [folder]


def standing_in(path: Path, line: str, ending: str) -> str:
    path.write_text(f"#!/bin/sh\necho '{line}'\n{ending}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize(("first", "second"), [(1, 0), (0, 1), (0, 0)])
def test_the_closing_line_sums_both_runs_and_the_worse_exit_counts(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], first: int, second: int
) -> None:
    one = standing_in(tmp_path / "one", f"5 passed, {first} failed, 2 skipped", f"exit {first}")
    other = standing_in(tmp_path / "other", f"7 passed, {second} failed, 0 skipped", f"exit {second}")
    assert main([one, other]) == max(first, second)
    assert capfd.readouterr().out.splitlines()[-1] == f"12 passed, {first + second} failed, 2 skipped"


def test_a_run_that_a_signal_ended_did_not_pass(tmp_path: Path) -> None:
    one = standing_in(tmp_path / "one", "5 passed, 0 failed, 0 skipped", "exit 0")
    other = standing_in(tmp_path / "other", "7 passed, 0 failed, 0 skipped", "kill -9 $$")
    assert main([one, other]) != 0 and main([other, one]) != 0
