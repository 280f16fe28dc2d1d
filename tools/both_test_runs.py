"""The tests in tutela's environment, then the guard's in its own; one closing line that sums both.

``python -m tools.both_test_runs PYTHON GUARD_PYTHON [arguments of pytest]``. Where paths are named, the
second run has only those of the guard, and is left out where there are none.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence

#: Folders whose tests run in the guard's environment.
GUARD_TESTS = ("tests/prevent/guard", "tests/demo/guard")
#: The closing line of a run (``tests/conftest.py``).
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")


def of_the_guard(arguments: Sequence[str]) -> list[str] | None:
    """The arguments of the second run; None where paths are named and none of them is the guard's."""
    paths = [one for one in arguments if one.startswith("tests")]
    if not paths:
        return [*arguments, *GUARD_TESTS]
    mine = [one for one in paths if one.startswith(GUARD_TESTS)]
    return [one for one in arguments if one not in paths] + mine if mine else None


def of_the_rest(arguments: Sequence[str]) -> list[str] | None:
    """The arguments of the first run; None where every path that is named is the guard's."""
    paths = [one for one in arguments if one.startswith("tests")]
    if not paths:
        return [*arguments, *(f"--ignore={one}" for one in GUARD_TESTS)]
    rest = [one for one in arguments if not one.startswith(GUARD_TESTS)]
    return rest if any(one.startswith("tests") for one in rest) else None


def ran(command: Sequence[str]) -> tuple[int, tuple[int, int, int]]:
    """Exit code and closing counts of one run, whose output is passed on as it comes."""
    counts = (0, 0, 0)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if found := CLOSING.match(line.strip()):
                counts = (int(found[1]), int(found[2]), int(found[3]))
        return process.wait(), counts


def main(words: Sequence[str]) -> int:
    """The exit code of the first run that did not pass, or 0. One that a signal ended did not pass either."""
    python, guard_python, *arguments = words
    codes, sums = [], [0, 0, 0]
    runs = [
        (python, [], of_the_rest(arguments)),
        (guard_python, ["-c", "tests/guard.ini", "--rootdir", "."], of_the_guard(arguments)),
    ]
    for interpreter, configuration, own in runs:
        if own is not None:
            code, counts = ran([interpreter, "-m", "pytest", "-q", *configuration, *own])
            codes.append(code)
            sums = [before + more for before, more in zip(sums, counts, strict=True)]
    print("{} passed, {} failed, {} skipped".format(*sums))
    return next((abs(code) for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
