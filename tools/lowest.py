"""The lowest versions that pyproject.toml allows, as requirement lines: ``python -m tools.lowest``.

A lower bound that nobody runs is a guess; ``make lowest`` installs exactly these and runs the tests.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def lowest(requirement: str) -> str:
    """``numpy>=2.0`` -> ``numpy==2.0``; markers stay. Raises ValueError for one without a lower bound."""
    found = re.fullmatch(r"([A-Za-z0-9_.,\[\]-]+)>=([^;,\s]+)(\s*;.*)?", requirement)
    if found is None:
        raise ValueError(f"{requirement} has no plain lower bound")
    return f"{found[1]}=={found[2]}{found[3] or ''}"


def merged(requirements: Iterable[str]) -> list[str]:
    """The requirements, of those that name the same package the one with the highest lower bound."""
    found: dict[str, str] = {}
    for requirement in requirements:
        name = requirement.partition(">=")[0]
        found[name] = max(found.get(name, requirement), requirement, key=_bound)
    return list(found.values())


def _bound(requirement: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", requirement.partition(">=")[2].partition(";")[0])))


def main() -> int:
    """Print one line per requirement, base and extras; returns 0."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    wanted = merged([*project["dependencies"], *extras])
    sys.stdout.write("".join(f"{lowest(one)}\n" for one in wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main())
