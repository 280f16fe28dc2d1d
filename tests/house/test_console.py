from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.console import Step, run, shows, steps

PAGE = """
```console
$ echo one
one
$ false   # exits 1
$ printf 'a\\nb\\nc\\n' \\
    | cat
a
...
c
```

```text
$ rm -rf never
```
"""


def test_steps_are_read_with_line_exit_code_and_output() -> None:
    found = list(steps(PAGE))
    assert [step.command for step in found] == ["echo one", "false", "printf 'a\\nb\\nc\\n' | cat"]
    assert [step.exit_code for step in found] == [0, 1, 0]
    assert [step.line for step in found] == [3, 5, 6]
    assert found[2].shown == ("a", "...", "c")


def test_steps_that_keep_their_promise_pass(tmp_path: Path) -> None:
    assert [run(step, tmp_path) for step in steps(PAGE)] == ["", "", ""]


@pytest.mark.parametrize(
    ("command", "exit_code", "shown"), [("true", 1, ()), ("exit 3", 0, ()), ("echo one", 0, ("two",))]
)
def test_steps_that_break_their_promise_are_told(
    tmp_path: Path, command: str, exit_code: int, shown: tuple[str, ...]
) -> None:
    assert run(Step(line=1, command=command, exit_code=exit_code, shown=shown), tmp_path)


@pytest.mark.parametrize(
    ("printed", "shown", "holds"),
    [
        ("a\nb\nc\n", ("a", "c"), True),
        ("a\nb\nc\n", ("c", "a"), False),
        ("known   photo.jpg  0 bits\n", ("known photo.jpg ... bits",), True),
        ("known photo.jpg\n", ("known ... png",), False),
        ("", (), True),
    ],
)
def test_shown_lines_occur_in_order(printed: str, shown: tuple[str, ...], holds: bool) -> None:
    assert shows(printed, shown) is holds
