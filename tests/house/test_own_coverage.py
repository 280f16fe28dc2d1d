from __future__ import annotations

import re
from pathlib import Path

from tools.own_coverage import NOT_YET, SOURCE, complaints, lines_inside, modules, own_tests


def test_own_tests_are_named_for_the_module() -> None:
    pattern = own_tests(SOURCE / "kernel" / "ids.py")
    assert re.match(pattern, "tests/kernel/test_ids.py")
    assert re.match(pattern, "tests/kernel/test_ids_shape.py")
    assert not re.match(pattern, "tests/kernel/test_clock.py")


def test_only_lines_of_functions_count(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("A = 1\nclass B:\n    c = 2\n    def d(self):\n        return 3\n")
    assert lines_inside(path) == {5}


def test_what_is_not_covered_is_told_and_what_is_excepted_is_not() -> None:
    assert complaints({"a.py": [3, 4], "b.py": [], "c.py": [1]}, {"c.py": "reason"}) == [
        "a.py: lines 3, 4 are not run by its own tests"
    ]


def test_an_exception_that_is_no_longer_needed_must_go() -> None:
    assert complaints({"a.py": []}, {"a.py": "reason", "gone.py": "reason"}) == [
        "a.py is covered now: take it off NOT_YET",
        "gone.py is covered now: take it off NOT_YET",
    ]


def test_every_exception_has_a_reason_and_a_module() -> None:
    names = {path.relative_to(SOURCE).as_posix() for path in modules()}
    assert set(NOT_YET) <= names
    assert all(len(reason) > 10 for reason in NOT_YET.values())
