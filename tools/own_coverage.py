"""Each module of kernel and matching is fully covered by its own test file: ``python -m tools.own_coverage``.

mitmproxy's idea: a line that only some distant test runs is not tested. Each test file runs with the lines
counted for itself; a line inside a function of ``x.py`` must be run by ``test_x.py`` (or ``test_x_*.py``).
``NOT_YET`` lists the exceptions; a module that became covered must leave it, so the list only shrinks.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "tutela"
#: The rooms that are asked for it (style.md section 7, T1).
ROOMS = ("kernel", "detect/matching")
#: Module (below src/tutela) -> the reason why its own tests do not run every line.
NOT_YET: Mapping[str, str] = {}


class OwnContext:
    """A pytest plug-in that counts lines for the test file that runs them."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self._file = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Switch to the context of the item's file while it runs."""
        file = item.path.relative_to(ROOT).as_posix()
        if file != self._file:
            forget_cached()
        self._file = file
        self._measured.switch_context(file)
        try:
            return (yield)
        finally:
            self._measured.switch_context("")


def forget_cached() -> None:
    """Empty every cached function of tutela: what another file's test computed would hide lines not run."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tutela."):
            for value in list(vars(module).values()):
                getattr(value, "cache_clear", lambda: None)()


def modules(rooms: Sequence[str] = ROOMS) -> list[Path]:
    """Every module of the rooms that has a function."""
    found = (path for room in rooms for path in sorted((SOURCE / room).rglob("*.py")))
    return [path for path in found if path.name != "__init__.py" and lines_inside(path)]


def lines_inside(path: Path) -> set[int]:
    """The lines of function bodies: lines outside run at import, for whichever test comes first."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside.update(range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1))
    return inside


def own_tests(path: Path) -> str:
    """Regular expression of the contexts that count for a module."""
    stem = path.relative_to(SOURCE).with_suffix("")
    return rf"^tests/{stem.parent.as_posix()}/test_{stem.name}(_\w+)?\.py$"


def measure(rooms: Sequence[str] = ROOMS) -> coverage.Coverage:
    """Coverage of the rooms' tests, one context per test file. Leaves when a test fails."""
    measured = coverage.Coverage(
        data_file=None,
        source=[str(SOURCE / room) for room in rooms],
        config_file=str(ROOT / "pyproject.toml"),
    )
    measured.start()
    folders = [str(ROOT / "tests" / room) for room in rooms]
    code = pytest.main(["-q", "-p", "no:cacheprovider", *folders], plugins=[OwnContext(measured)])
    measured.stop()
    if code:
        sys.exit(int(code))
    return measured


def missing(measured: coverage.Coverage, path: Path) -> list[int]:
    """The lines of ``path`` that its own tests do not run."""
    _, statements, _, _, _ = measured.analysis2(str(path))
    data = measured.get_data()
    data.set_query_contexts([own_tests(path)])
    own = set(data.lines(str(path)) or ())
    data.set_query_contexts(None)
    return sorted((set(statements) & lines_inside(path)) - own)


def complaints(lacking: Mapping[str, list[int]], exceptions: Mapping[str, str]) -> list[str]:
    """What is wrong: modules not covered and not excepted, and exceptions that are no longer needed."""
    found = [
        f"{name}: lines {', '.join(map(str, lines))} are not run by its own tests"
        for name, lines in lacking.items()
        if lines and name not in exceptions
    ]
    return found + [
        f"{name} is covered now: take it off NOT_YET" for name in exceptions if not lacking.get(name)
    ]


def main() -> int:
    """0 when every module is covered by its own tests, or is a known exception; else 1."""
    measured = measure()
    lacking = {path.relative_to(SOURCE).as_posix(): missing(measured, path) for path in modules()}
    found = complaints(lacking, NOT_YET)
    sys.stdout.write("".join(f"{line}\n" for line in found))
    covered = len(lacking) - len(NOT_YET)
    sys.stdout.write(
        f"{covered} of {len(lacking)} modules are fully covered by their own tests\n" if not found else ""
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
